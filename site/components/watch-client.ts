/**
 * A client that watches a resource and knows how far it has come: it lists, watches from the list's revision, may leave,
 * and comes back to where it was. What a reflector does by itself (server/client/reflector.ts) is the reader's to do here.
 */
import { HungUp } from '../runtime/stage-host.ts';
import type { StageHost } from '../runtime/stage-host.ts';
import { newTraceId, traceparent } from '../runtime/trace-id.ts';

export interface SeenEvent {
  type: string;
  name: string;
  resourceVersion: string;
}

/** `expired`: what it has seen last is too old to go on from. `ended`: the server closed the stream, or gave no answer. */
export type Standing = 'new' | 'watching' | 'away' | 'expired' | 'ended';

export interface WatchClientState {
  name: string;
  standing: Standing;
  /** The last one that it was told; '' before its first list. */
  resourceVersion: string;
  /** The newest last. */
  events: SeenEvent[];
  /** Why it is not watching, as the server said it. */
  why?: string;
  /** The trace id of its watch. */
  watch?: string;
}

const kept = 6;

interface WatchEventJSON {
  type: string;
  object: { code?: number; message?: string; metadata?: { name?: string; resourceVersion?: string } };
}

export class WatchClient {
  state: WatchClientState;
  readonly #host: StageHost;
  readonly #stage: string;
  readonly #path: string;
  readonly #onChange: () => void;
  #hangUp = new AbortController();

  constructor(name: string, host: StageHost, stage: string, path: string, onChange: () => void) {
    this.state = { name, standing: 'new', resourceVersion: '', events: [] };
    this.#host = host;
    this.#stage = stage;
    this.#path = path;
    this.#onChange = onChange;
  }

  /** Lists, then watches from there. */
  async list(): Promise<void> {
    this.#leave();
    const { status, body } = await this.#send(this.#path);
    const text = await new Response(body).text();
    if (status !== 200) return this.#set({ standing: 'ended', why: refusal(status, text) });
    const { items = [], metadata = {} } = JSON.parse(text) as { items?: unknown[]; metadata?: { resourceVersion?: string } };
    const resourceVersion = metadata.resourceVersion ?? '';
    this.#set({ resourceVersion, events: this.#with({ type: 'LIST', name: items.length === 1 ? '1 object' : `${items.length} objects`, resourceVersion }) });
    await this.resume();
  }

  /** Watches from what it has seen. Resolves when the answer has begun. */
  async resume(): Promise<void> {
    this.#leave();
    const hangUp = (this.#hangUp = new AbortController());
    const watch = newTraceId();
    const answer = await this.#send(`${this.#path}?watch=true&allowWatchBookmarks=true&resourceVersion=${this.state.resourceVersion}`, watch, hangUp.signal).catch((err: unknown) => {
      if (!hangUp.signal.aborted) throw err;
    });
    if (!answer) return;
    const { status, body } = answer;
    if (status !== 200) return this.#set({ standing: status === 410 ? 'expired' : 'ended', why: refusal(status, await new Response(body).text()) });
    this.#set({ standing: 'watching', watch });
    void this.#read(body, hangUp.signal);
  }

  leave(): void {
    this.#leave();
    this.#set({ standing: 'away' });
  }

  #leave(): void {
    this.#hangUp.abort();
    delete this.state.why;
    delete this.state.watch;
  }

  async #read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
    let why = 'the server ended the watch';
    try {
      for await (const line of lines(body)) {
        if (signal.aborted) return;
        const { type, object } = JSON.parse(line) as WatchEventJSON;
        if (type === 'ERROR') return this.#set({ standing: object.code === 410 ? 'expired' : 'ended', why: `${object.code}: ${object.message}` });
        const { name = '', resourceVersion = '' } = object.metadata ?? {};
        this.#set({ resourceVersion, events: this.#with({ type, name, resourceVersion }) });
      }
    } catch (err) {
      if (!(err instanceof HungUp) && err instanceof Error) why = err.message;
    }
    if (!signal.aborted) this.#set({ standing: 'ended', why });
  }

  #with(event: SeenEvent): SeenEvent[] {
    return [...this.state.events.slice(1 - kept), event];
  }

  #set(change: Partial<WatchClientState>): void {
    this.state = { ...this.state, ...change };
    this.#onChange();
  }

  /** Without spans: what three clients do is seen on the ruler. */
  #send(path: string, traceId = newTraceId(), signal?: AbortSignal): Promise<{ status: number; body: ReadableStream<Uint8Array> }> {
    return this.#host.send(this.#stage, { method: 'GET', path, user: 'admin', headers: { traceparent: traceparent(traceId, false) } }, signal);
  }
}

/** What the server said, in a line. */
export function refusal(status: number, body: string): string {
  try {
    return `${status}: ${(JSON.parse(body) as { message?: string }).message ?? ''}`;
  } catch {
    return `${status}: ${body.trim()}`;
  }
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const parts = (rest + decoder.decode(piece.value, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.filter((line) => line !== '');
  }
}
