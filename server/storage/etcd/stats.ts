/**
 * How many objects there are, and how large they are on average, by what lists and watches have come across.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/stats.go.
 */
import type { StorageStats } from '../interfaces.ts';
import type { KeyValue } from './client.ts';

export class ResourceSizeEstimator {
  readonly #sizes = new Map<string, number>();
  #total = 0;
  /** How many objects were there, when etcd was asked, whose size nobody had seen. */
  #unseen = 0;

  update({ key, value }: Pick<KeyValue, 'key' | 'value'>): void {
    if (this.#unseen > 0 && !this.#sizes.has(key)) this.#unseen--;
    this.#total += value.length - (this.#sizes.get(key) ?? 0);
    this.#sizes.set(key, value.length);
  }

  delete(key: string): void {
    this.#total -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
  }

  /** These keys are there, and no others; of some of them the size may be unknown. */
  clean(keys: readonly string[]): void {
    const there = new Set(keys);
    for (const key of this.#sizes.keys()) if (!there.has(key)) this.delete(key);
    this.#unseen = keys.length - this.#sizes.size;
  }

  stats(): StorageStats {
    const seen = this.#sizes.size;
    return { objectCount: seen + this.#unseen, estimatedAverageObjectSizeBytes: seen === 0 ? 0 : Math.trunc(this.#total / seen) };
  }
}
