/**
 * When watchers are due for a bookmark, in buckets of one second: with ten thousand watchers a tick looks at those of
 * its second only.
 *
 * Upstream: watcherBookmarkTimeBuckets and dispatchEvents in k8s.io/apiserver/pkg/storage/cacher/cacher.go.
 */
import type { Clock } from '../../http/context.ts';
import type { CacheWatcher } from './cache-watcher.ts';

const bookmarkFrequency = 60_000;

export class BookmarkTimeBuckets {
  readonly #clock: Clock;
  readonly #send: (watchers: CacheWatcher[]) => void;
  readonly #buckets = new Map<number, CacheWatcher[]>();
  #lastTick = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `send` gets the watchers that are due; those that go on are put back by it. */
  constructor(clock: Clock, send: (watchers: CacheWatcher[]) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  add(watcher: CacheWatcher): void {
    const due = watcher.nextBookmarkTime(this.#clock.now(), bookmarkFrequency);
    if (due === undefined) return;
    // a bucket is sent up to a second early; those of its watchers that are due in the rest of that second come again after it
    const second = Math.max(Math.floor(due / 1000), this.#lastTick + 1);
    const bucket = this.#buckets.get(second);
    if (bucket) bucket.push(watcher);
    else this.#buckets.set(second, [watcher]);
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#buckets.clear();
  }

  #schedule(): void {
    // a jitter keeps the caches of many kinds from ticking together
    this.#timer ??= setTimeout(() => this.#tick(), 1000 * (1 + Math.random() / 4));
  }

  #tick(): void {
    this.#timer = undefined;
    const now = Math.floor(this.#clock.now() / 1000);
    this.#lastTick = now;
    for (const [second, watchers] of [...this.#buckets]) {
      if (second > now) continue;
      this.#buckets.delete(second);
      this.#send(watchers.filter((watcher) => !watcher.stopped));
    }
    if (this.#buckets.size > 0) this.#schedule();
  }
}
