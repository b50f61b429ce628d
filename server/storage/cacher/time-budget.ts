/**
 * How long watchers may stay blocked: who is so for longer is ended. One timer looks after all of them.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/time_budget.go. There all watchers of a cache share one budget, which its
 * dispatcher spends waiting for the blocked ones; here each has its own, and nobody waits.
 */
import type { Clock } from '../../http/context.ts';
import type { CacheWatcher } from './cache-watcher.ts';

const maxBudget = 100;

export class TimeBudget {
  readonly #clock: Clock;
  /** Since when, the first first. */
  readonly #blocked = new Map<CacheWatcher, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(watcher: CacheWatcher): void {
    this.#blocked.set(watcher, this.#clock.now());
    this.#timer ??= setTimeout(() => this.#spend(), maxBudget);
  }

  end(watcher: CacheWatcher): void {
    this.#blocked.delete(watcher);
    if (this.#blocked.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #spend(): void {
    this.#timer = undefined;
    for (const [watcher, since] of this.#blocked) {
      const left = since + maxBudget - this.#clock.now();
      if (left > 0) {
        this.#timer = setTimeout(() => this.#spend(), left);
        return;
      }
      watcher.endSlow();
    }
  }
}
