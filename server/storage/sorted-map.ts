/**
 * A map from strings that can be walked in key order from any key on. Order has two levels, a list of chunks and the
 * entries in each, so that an insert moves at most one chunk; a single key is found by its hash.
 *
 * Upstream: the B-trees of go.etcd.io/etcd/mvcc/index.go and k8s.io/apiserver/pkg/storage/cacher/store. Leaves out merging half-empty chunks; empty ones go.
 */
const chunkSize = 256;

interface Entry<V> {
  readonly key: string;
  value: V;
}

export class SortedMap<V> {
  private readonly byKey = new Map<string, Entry<V>>();
  private readonly chunks: Entry<V>[][] = [];

  get size(): number {
    return this.byKey.size;
  }

  get(key: string): V | undefined {
    return this.byKey.get(key)?.value;
  }

  set(key: string, value: V): void {
    const known = this.byKey.get(key);
    if (known) {
      known.value = value;
      return;
    }
    const entry = { key, value };
    this.byKey.set(key, entry);
    const at = this.chunkFor(key);
    const chunk = this.chunks[at];
    if (!chunk) {
      this.chunks.push([entry]);
      return;
    }
    chunk.splice(lowerBound(chunk, key), 0, entry);
    if (chunk.length > chunkSize) this.chunks.splice(at + 1, 0, chunk.splice(chunkSize / 2));
  }

  delete(key: string): void {
    if (!this.byKey.delete(key)) return;
    const at = this.chunkFor(key);
    const chunk = this.chunks[at]!;
    chunk.splice(lowerBound(chunk, key), 1);
    if (chunk.length === 0) this.chunks.splice(at, 1);
  }

  /** Values of the keys in [from, end), in order. Keys must not come or go while it runs. */
  *values(from: string, end: string | undefined): Generator<V, void> {
    for (let c = this.chunkFor(from); c < this.chunks.length; c++) {
      const chunk = this.chunks[c]!;
      for (let i = lowerBound(chunk, from); i < chunk.length; i++) {
        const { key, value } = chunk[i]!;
        if (end !== undefined && key >= end) return;
        yield value;
      }
    }
  }

  /** The values of the keys in [from, end), in order. */
  slice(from: string, end: string): V[] {
    const found: V[] = [];
    for (let c = this.chunkFor(from); c < this.chunks.length; c++) {
      const chunk = this.chunks[c]!;
      const stop = lowerBound(chunk, end);
      for (let i = lowerBound(chunk, from); i < stop; i++) found.push(chunk[i]!.value);
      if (stop < chunk.length) break;
    }
    return found;
  }

  /** Index of the last chunk that starts at or before `key`, else 0. */
  private chunkFor(key: string): number {
    let low = 0;
    let high = this.chunks.length;
    while (high - low > 1) {
      const mid = (low + high) >> 1;
      if (this.chunks[mid]![0]!.key <= key) low = mid;
      else high = mid;
    }
    return low;
  }
}

function lowerBound(chunk: readonly { key: string }[], key: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (chunk[mid]!.key < key) low = mid + 1;
    else high = mid;
  }
  return low;
}
