/**
 * One watcher of the cache: what it is told first, then a short queue of what happens. A consumer that lets its queue
 * overflow, or stay full for longer than its budget of time, finds its watch ended; it starts again from the last
 * revision that it saw. Nobody else waits for it.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go.
 */
import type { RequestContext } from '../../http/context.ts';
import { objectResourceVersion } from '../api-object-versioner.ts';
import type { SelectionPredicate, Watch, WatchEvent } from '../interfaces.ts';
import type { WatcherDescription } from './description.ts';
import type { WatchScope } from './indexed-watchers.ts';
import type { TimeBudget } from './time-budget.ts';
import type { WatchEventMaker } from './watch-cache-event.ts';

const done: IteratorResult<WatchEvent, undefined> = { done: true, value: undefined };

/** Who is told what becomes of the watchers; one for all of a cache. */
export interface WatcherHost {
  /** Nothing more is to be added. */
  forget(watcher: CacheWatcher): void;
  onSlow(watcher: CacheWatcher): void;
  /** How long one may stay blocked. */
  readonly budget: TimeBudget;
}

export interface CacheWatcherOptions {
  id: number;
  /** Of the watched object, or of the objects below. */
  key: string;
  scope: WatchScope;
  predicate: SelectionPredicate;
  /** How many events may wait: upstream's two channels hold this many each. */
  channelSize: number;
  /** The revision that the consumer asked to go on from. */
  since: number;
  /** Only what happens after this revision is added. */
  revision: number;
  deadline: number | undefined;
}

export class CacheWatcher implements Watch, AsyncIterator<WatchEvent, undefined> {
  readonly #options: CacheWatcherOptions;
  readonly #host: WatcherHost;
  readonly #ctx: RequestContext;
  #initialEvents: Iterator<WatchEvent> | undefined;
  /** Whether the consumer waits for the bookmark that ends its initial events. */
  #owesBookmark: boolean;
  #queue: WatchEvent[] = [];
  #pull: ((result: IteratorResult<WatchEvent, undefined>) => void) | undefined;
  #seen: number;
  #isBlocked = false;
  /** Nothing more comes in; what has come goes out. */
  #draining = false;
  #stopped = false;

  /** `initialEvents` are told at the consumer's pace before anything that is added. */
  constructor(ctx: RequestContext, options: CacheWatcherOptions, host: WatcherHost, initialEvents: Iterator<WatchEvent>, owesBookmark: boolean) {
    this.#ctx = ctx;
    this.#options = options;
    this.#host = host;
    this.#initialEvents = initialEvents;
    this.#owesBookmark = owesBookmark;
    this.#seen = options.since;
    ctx.onAbort(this.stop);
  }

  get key(): string {
    return this.#options.key;
  }

  get scope(): WatchScope {
    return this.#options.scope;
  }

  /** Nothing more is to be added, no bookmark either: it has missed what came since. */
  get stopped(): boolean {
    return this.#stopped || this.#draining;
  }

  /** Whether the queue is fuller than it should be; the consumer may only need its turn. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  describe(): WatcherDescription {
    return { id: this.#options.id, key: this.key, revision: this.#seen, waiting: this.#queue.length, blocked: this.#isBlocked };
  }

  add(maker: WatchEventMaker): void {
    const { revision } = maker.source;
    if (revision <= this.#options.revision) return;
    const event = maker.eventFor(this.#options.predicate);
    if (event) this.#enqueue(event, revision);
  }

  /** A bookmark is for those who keep up; dropping one loses nothing. */
  addBookmark(event: WatchEvent, revision: number): void {
    if (revision > this.#options.revision && this.#queue.length < this.#options.channelSize) this.#enqueue(event, revision);
  }

  /** When the next bookmark is due, in ms: every so often, and shortly before the watch ends. */
  nextBookmarkTime(now: number, frequency: number): number | undefined {
    const { deadline } = this.#options;
    const due = deadline === undefined ? now + frequency : Math.min(now + frequency, deadline - 2000);
    return due < now ? undefined : due;
  }

  next(): Promise<IteratorResult<WatchEvent, undefined>> {
    const event = this.#nextInitialEvent() ?? this.#queue.shift();
    if (this.#isBlocked && this.#queue.length <= this.#options.channelSize) this.#unblock();
    if (event) {
      this.#seen = Math.max(this.#seen, objectResourceVersion(event.object));
      return Promise.resolve({ done: false, value: event });
    }
    if (this.#draining) this.stop();
    if (this.#stopped) return Promise.resolve(done);
    return new Promise((resolve) => (this.#pull = resolve));
  }

  return(): Promise<IteratorResult<WatchEvent, undefined>> {
    this.stop();
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Ends it because it is too slow; but who began with the state is told all of it, and its bookmark: else a client that
   * needs longer for the state than its queue lasts would begin anew for ever.
   */
  endSlow(): void {
    this.#host.onSlow(this);
    if (!this.#owesBookmark) return this.stop();
    this.#draining = true;
    this.#leave();
  }

  readonly stop = (): void => {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#queue = [];
    this.#initialEvents = undefined;
    this.#ctx.offAbort(this.stop);
    this.#leave();
    this.#pull?.(done);
    this.#pull = undefined;
  };

  #leave(): void {
    this.#unblock();
    this.#host.forget(this);
  }

  #nextInitialEvent(): WatchEvent | undefined {
    if (!this.#initialEvents) return undefined;
    try {
      const next = this.#initialEvents.next();
      if (!next.done) return next.value;
      this.#initialEvents = undefined;
      this.#owesBookmark = false;
      this.#seen = Math.max(this.#seen, this.#options.revision);
    } catch {
      // the events have left the window; a new watch will be told so
      this.stop();
    }
    return undefined;
  }

  #enqueue(event: WatchEvent, revision: number): void {
    if (this.#pull) {
      this.#seen = revision;
      this.#pull({ done: false, value: event });
      this.#pull = undefined;
      return;
    }
    this.#queue.push(event);
    const { channelSize } = this.#options;
    if (this.#queue.length > 2 * channelSize) this.endSlow();
    else if (this.#queue.length > channelSize && !this.#isBlocked) {
      this.#isBlocked = true;
      this.#host.budget.start(this);
    }
  }

  #unblock(): void {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    this.#host.budget.end(this);
  }
}
