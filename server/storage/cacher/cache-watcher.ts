/**
 * One watcher of the cache: what it is told first, then a short queue of what happens. A consumer that lets its queue
 * overflow, or stay full for longer than its budget of time, finds its watch ended; it starts again from the last
 * revision that it saw. Nobody else waits for it.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/cache_watcher.go and time_budget.go. There all watchers share one
 * budget, which the dispatcher spends waiting for the blocked ones; here each has its own, and nothing waits.
 */
import type { SelectionPredicate, Watch, WatchEvent } from '../interfaces.ts';
import type { WatchEventMaker } from './watch-cache-event.ts';

const timeBudget = 100;
const done: IteratorResult<WatchEvent, undefined> = { done: true, value: undefined };

export interface CacheWatcherOptions {
  /** Of the watched object, or of the objects below. */
  key: string;
  predicate: SelectionPredicate;
  /** How many events may wait: upstream's two channels hold this many each. */
  channelSize: number;
  /** Told at the consumer's pace before anything that is added. */
  initialEvents: Iterator<WatchEvent>;
  /** Only what happens after this revision is added. */
  revision: number;
  deadline: number | undefined;
  signal: AbortSignal;
  forget(watcher: CacheWatcher): void;
  onSlow(watcher: CacheWatcher): void;
}

export class CacheWatcher implements Watch, AsyncIterator<WatchEvent, undefined> {
  readonly #options: CacheWatcherOptions;
  #initialEvents: Iterator<WatchEvent> | undefined;
  #queue: WatchEvent[] = [];
  #pull: ((result: IteratorResult<WatchEvent, undefined>) => void) | undefined;
  #blocked: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(options: CacheWatcherOptions) {
    this.#options = options;
    this.#initialEvents = options.initialEvents;
    if (options.signal.aborted) this.stop();
    else options.signal.addEventListener('abort', this.stop, { once: true });
  }

  get key(): string {
    return this.#options.key;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Whether the queue is fuller than it should be; the consumer may only need its turn. */
  get isBlocked(): boolean {
    return this.#blocked !== undefined;
  }

  add(maker: WatchEventMaker): void {
    if (maker.source.revision <= this.#options.revision) return;
    const event = maker.eventFor(this.#options.predicate);
    if (event) this.#enqueue(event);
  }

  /** A bookmark is for those who keep up; dropping one loses nothing. */
  addBookmark(event: WatchEvent, revision: number): void {
    if (revision > this.#options.revision && this.#queue.length < this.#options.channelSize) this.#enqueue(event);
  }

  /** When the next bookmark is due, in ms: every so often, and shortly before the watch ends. */
  nextBookmarkTime(now: number, frequency: number): number | undefined {
    const { deadline } = this.#options;
    const due = deadline === undefined ? now + frequency : Math.min(now + frequency, deadline - 2000);
    return due < now ? undefined : due;
  }

  next(): Promise<IteratorResult<WatchEvent, undefined>> {
    if (this.#stopped) return Promise.resolve(done);
    const event = this.#nextInitialEvent() ?? this.#queue.shift();
    if (this.#blocked !== undefined && this.#queue.length <= this.#options.channelSize) this.#unblock();
    if (event) return Promise.resolve({ done: false, value: event });
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

  readonly stop = (): void => {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#queue = [];
    this.#initialEvents = undefined;
    this.#unblock();
    this.#options.signal.removeEventListener('abort', this.stop);
    this.#options.forget(this);
    this.#pull?.(done);
  };

  #nextInitialEvent(): WatchEvent | undefined {
    if (!this.#initialEvents) return undefined;
    try {
      const next = this.#initialEvents.next();
      if (!next.done) return next.value;
      this.#initialEvents = undefined;
    } catch {
      // the events have left the window; a new watch will be told so
      this.stop();
    }
    return undefined;
  }

  #enqueue(event: WatchEvent): void {
    if (this.#pull) {
      this.#pull({ done: false, value: event });
      this.#pull = undefined;
      return;
    }
    this.#queue.push(event);
    const { channelSize } = this.#options;
    if (this.#queue.length > 2 * channelSize) this.#endSlow();
    else if (this.#queue.length > channelSize) this.#blocked ??= setTimeout(() => this.#endSlow(), timeBudget);
  }

  #endSlow(): void {
    this.#options.onSlow(this);
    this.stop();
  }

  #unblock(): void {
    clearTimeout(this.#blocked);
    this.#blocked = undefined;
  }
}
