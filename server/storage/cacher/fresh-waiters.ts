/**
 * Those who wait for the cache to come as far as a revision.
 *
 * Upstream: waitUntilFreshAndBlock in k8s.io/apiserver/pkg/storage/cacher/watch_cache.go.
 */
import { newTooLargeResourceVersion } from '../../http/status.ts';

/** How long a request waits. */
const blockTimeout = 3000;
const retryAfterSeconds = 1;

export class FreshWaiters {
  readonly #waiters = new Set<{ revision: number; wake(): void }>();
  #reached = 0;

  /** How far the cache is. */
  get reached(): number {
    return this.#reached;
  }

  reach(revision: number): void {
    this.#reached = revision;
    for (const waiter of this.#waiters) if (waiter.revision <= revision) waiter.wake();
  }

  /** Throws upstream's Timeout if the cache does not get as far as this revision in time. */
  async wait(revision: number): Promise<void> {
    if (this.#reached >= revision) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { revision, wake: resolve };
    this.#waiters.add(waiter);
    const timer = setTimeout(resolve, blockTimeout);
    await promise;
    clearTimeout(timer);
    this.#waiters.delete(waiter);
    if (this.#reached < revision) throw newTooLargeResourceVersion(revision, this.#reached, retryAfterSeconds);
  }
}
