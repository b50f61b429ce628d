/**
 * How many objects there are, and how large they are on average, by what lists and watches have come across.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/stats.go. Leaves out asking etcd for its keys once a minute: what goes while
 * nobody watches is still counted.
 */
import type { StorageStats } from '../interfaces.ts';
import type { KeyValue } from './client.ts';

export class ResourceSizeEstimator {
  readonly #sizes = new Map<string, number>();
  #total = 0;

  update({ key, value }: Pick<KeyValue, 'key' | 'value'>): void {
    this.#total += value.length - (this.#sizes.get(key) ?? 0);
    this.#sizes.set(key, value.length);
  }

  delete(key: string): void {
    this.#total -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
  }

  stats(): StorageStats {
    const objectCount = this.#sizes.size;
    return { objectCount, estimatedAverageObjectSizeBytes: objectCount === 0 ? 0 : Math.trunc(this.#total / objectCount) };
  }
}
