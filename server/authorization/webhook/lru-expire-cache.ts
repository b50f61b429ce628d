/**
 * A cache that keeps what was asked for last, each entry for a time of its own.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/cache/lruexpirecache.go.
 */
import type { Clock } from '../../http/context.ts';

export class LRUExpireCache<V> {
  readonly #clock: Clock;
  readonly #maxSize: number;
  /** The one that was used longest ago comes first. */
  readonly #entries = new Map<string, { value: V; expires: number }>();

  constructor(maxSize: number, clock: Clock) {
    this.#maxSize = maxSize;
    this.#clock = clock;
  }

  add(key: string, value: V, ttl: number): void {
    this.#entries.delete(key);
    if (ttl <= 0) return;
    this.#entries.set(key, { value, expires: this.#clock.now() + ttl });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#maxSize && oldest !== undefined) this.#entries.delete(oldest);
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    if (this.#clock.now() > entry.expires) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }
}
