/**
 * A map from strings that can be walked in key order from any key on: two levels, a list of chunks and the entries in
 * each, so that an insert moves at most one chunk.
 *
 * Upstream: the B-trees of go.etcd.io/etcd/mvcc/index.go and k8s.io/apiserver/pkg/storage/cacher/store. Leaves out merging half-empty chunks; empty ones go.
 */
const chunkSize = 256;

interface Chunk<V> {
  keys: string[];
  values: V[];
}

export class SortedMap<V> {
  private readonly chunks: Chunk<V>[] = [];

  get(key: string): V | undefined {
    const chunk = this.chunks[this.chunkFor(key)];
    if (!chunk) return undefined;
    const i = lowerBound(chunk.keys, key);
    return chunk.keys[i] === key ? chunk.values[i] : undefined;
  }

  set(key: string, value: V): void {
    const at = this.chunkFor(key);
    const chunk = this.chunks[at];
    if (!chunk) {
      this.chunks.push({ keys: [key], values: [value] });
      return;
    }
    const i = lowerBound(chunk.keys, key);
    if (chunk.keys[i] === key) {
      chunk.values[i] = value;
      return;
    }
    chunk.keys.splice(i, 0, key);
    chunk.values.splice(i, 0, value);
    if (chunk.keys.length > chunkSize) {
      const half = chunkSize / 2;
      this.chunks.splice(at + 1, 0, { keys: chunk.keys.splice(half), values: chunk.values.splice(half) });
    }
  }

  delete(key: string): void {
    const at = this.chunkFor(key);
    const chunk = this.chunks[at];
    if (!chunk) return;
    const i = lowerBound(chunk.keys, key);
    if (chunk.keys[i] !== key) return;
    chunk.keys.splice(i, 1);
    chunk.values.splice(i, 1);
    if (chunk.keys.length === 0) this.chunks.splice(at, 1);
  }

  /** Values of the keys in [from, end), in order. Keys must not come or go while it runs. */
  *values(from: string, end: string | undefined): Generator<V, void> {
    for (let c = this.chunkFor(from); c < this.chunks.length; c++) {
      const { keys, values } = this.chunks[c]!;
      for (let i = lowerBound(keys, from); i < keys.length; i++) {
        if (end !== undefined && keys[i]! >= end) return;
        yield values[i]!;
      }
    }
  }

  /** The values of the keys in [from, end), in order. */
  slice(from: string, end: string): V[] {
    const found: V[] = [];
    for (let c = this.chunkFor(from); c < this.chunks.length; c++) {
      const { keys, values } = this.chunks[c]!;
      const stop = lowerBound(keys, end);
      for (let i = lowerBound(keys, from); i < stop; i++) found.push(values[i]!);
      if (stop < keys.length) break;
    }
    return found;
  }

  /** Index of the last chunk that starts at or before `key`, else 0. */
  private chunkFor(key: string): number {
    let low = 0;
    let high = this.chunks.length;
    while (high - low > 1) {
      const mid = (low + high) >> 1;
      if (this.chunks[mid]!.keys[0]! <= key) low = mid;
      else high = mid;
    }
    return low;
  }
}

function lowerBound(keys: string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (keys[mid]! < key) low = mid + 1;
    else high = mid;
  }
  return low;
}
