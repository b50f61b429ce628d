/** What a stage tells about itself, kept: the spans of each trace, what is stored, where its caches and watchers stand, which requests came from elsewhere. */
import type { LabMessage, LabSpan, LabStorage, LabStoreEvent } from '../../server/observe/lab/messages.ts';
import type { StageHost } from '../runtime/stage-host.ts';
import { newTraceId, traceparent } from '../runtime/trace-id.ts';

const keptTraces = 100;

export class StageFeed {
  readonly stage: string;
  readonly stored = new Map<string, LabStoreEvent>();
  revision = 0;
  /** The revision at the feed's beginning: what was written until then was there before. */
  baseline = 0;
  /** Where etcd, the caches and the watchers stand. */
  storage: LabStorage | undefined;
  /** Resolves with the stage's first message: from then on no span is missed. Rejects where there is none. */
  readonly ready: Promise<void>;
  /** Resolves with the reason if nothing more will come. */
  readonly lost: Promise<Error>;
  #told: () => void = () => undefined;
  readonly #traces = new Map<string, Map<string, LabSpan>>();
  /** Traces that somebody here waited for: also their last words are no arrival. */
  readonly #awaited = new Set<string>();
  readonly #listeners = new Map<string, (spans: LabSpan[]) => void>();
  readonly #store = new Set<() => void>();
  readonly #storage = new Set<(storage: LabStorage) => void>();
  readonly #arrivals = new Set<(root: LabSpan) => void>();
  readonly #messages = new Set<(message: LabMessage) => void>();
  readonly #end: () => void;

  constructor(host: StageHost, stage: string) {
    this.stage = stage;
    const { promise, resolve: lose } = Promise.withResolvers<Error>();
    this.lost = promise;
    this.ready = new Promise((resolve, reject) => {
      this.#told = resolve;
      void promise.then(reject);
    });
    // who waits for it still sees it
    this.ready.catch(() => undefined);
    this.#end = host.subscribe(stage, (message) => this.#take(message), lose);
  }

  spans(traceId: string): LabSpan[] {
    return [...(this.#traces.get(traceId)?.values() ?? [])].sort((a, b) => a.start - b.start);
  }

  onTrace(traceId: string, listener: (spans: LabSpan[]) => void): () => void {
    this.#awaited.add(traceId);
    this.#listeners.set(traceId, listener);
    return () => this.#listeners.delete(traceId);
  }

  /** What a result shows of the store. */
  state(): { revision: number; baseline: number; stored: LabStoreEvent[] } {
    return { revision: this.revision, baseline: this.baseline, stored: [...this.stored.values()] };
  }

  /** What is stored now was there at the beginning. */
  settle(): void {
    this.baseline = this.revision;
  }

  /** A traceparent for a request of which nobody shall hear. */
  quietly(): string {
    const traceId = newTraceId();
    this.#awaited.add(traceId);
    return traceparent(traceId);
  }

  /** Calls back when what is stored has changed. */
  onStore(listener: () => void): () => void {
    this.#store.add(listener);
    return () => this.#store.delete(listener);
  }

  /** Calls back with where everybody stands, now and whenever that changes. */
  onStorage(listener: (storage: LabStorage) => void): () => void {
    this.#storage.add(listener);
    if (this.storage) listener(this.storage);
    return () => this.#storage.delete(listener);
  }

  /** Calls back with everything that the stage tells. */
  onMessage(listener: (message: LabMessage) => void): () => void {
    this.#messages.add(listener);
    return () => this.#messages.delete(listener);
  }

  /** Calls back with the root span of each request that nobody here waits for: kubectl's, curl's. */
  onArrival(listener: (root: LabSpan) => void): () => void {
    this.#arrivals.add(listener);
    return () => this.#arrivals.delete(listener);
  }

  /** Resolves when every span of the trace has ended, or after a while: a trace may be cut, a page must not wait. */
  async traceEnd(traceId: string, patience: number): Promise<void> {
    const until = Date.now() + patience;
    const complete = () => {
      const spans = this.spans(traceId);
      return spans.length > 0 && spans.every((span) => span.end !== undefined);
    };
    while (!complete() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  close(): void {
    this.#end();
  }

  #take(message: LabMessage): void {
    for (const listener of this.#messages) listener(message);
    if (message.type === 'span') this.#takeSpan(message.span);
    else if (message.type === 'storage') {
      this.storage = message;
      for (const listener of this.#storage) listener(message);
    } else {
      if (message.reset) {
        this.stored.clear();
        this.baseline = message.revision;
      }
      for (const event of message.events) {
        if (event.type === 'put') this.stored.set(event.key, event);
        else this.stored.delete(event.key);
      }
      this.revision = message.revision;
      for (const listener of this.#store) listener();
      this.#told();
    }
  }

  #takeSpan(span: LabSpan): void {
    // what a controller hears of belongs to no request
    if (span.attributes['informer.handler'] !== undefined) return;
    const trace = this.#traces.get(span.traceId) ?? new Map<string, LabSpan>();
    trace.set(span.spanId, span);
    this.#traces.set(span.traceId, trace);
    if (this.#traces.size > keptTraces) this.#traces.delete(this.#traces.keys().next().value ?? '');
    const listener = this.#listeners.get(span.traceId);
    if (listener) listener(this.spans(span.traceId));
    else if (isRoot(span) && !this.#awaited.has(span.traceId)) for (const arrival of this.#arrivals) arrival(span);
  }
}

/** The span of a whole request: only it knows the request's method. */
export function isRoot(span: LabSpan): boolean {
  return span.attributes['http.request.method'] !== undefined && span.attributes['url.path'] !== undefined;
}
