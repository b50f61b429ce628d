/**
 * All running watches, found by the key that changed. Nearly all watch a prefix, so a key's watchers are those filed
 * under its beginnings; only beginnings of lengths in use are tried.
 *
 * Upstream: the interval tree of go.etcd.io/etcd/mvcc/watcher_group.go.
 */
import { prefixRangeEnd } from '../client.ts';
import { inRange } from './key-range.ts';
import type { KeyRange } from './key-range.ts';
import type { Watcher } from './watcher.ts';

export class WatcherGroup implements Iterable<Watcher> {
  private readonly byPrefix = new Map<string, Set<Watcher>>();
  /** Lengths of the prefixes above, with how many there are of each. */
  private readonly lengths = new Map<number, number>();
  private readonly others = new Set<Watcher>();

  add(watcher: Watcher): void {
    const prefix = prefixOf(watcher.range);
    if (prefix === undefined) {
      this.others.add(watcher);
      return;
    }
    const filed = this.byPrefix.get(prefix);
    if (filed) filed.add(watcher);
    else {
      this.byPrefix.set(prefix, new Set([watcher]));
      this.lengths.set(prefix.length, (this.lengths.get(prefix.length) ?? 0) + 1);
    }
  }

  delete(watcher: Watcher): void {
    this.others.delete(watcher);
    const prefix = prefixOf(watcher.range);
    const filed = prefix === undefined ? undefined : this.byPrefix.get(prefix);
    if (prefix === undefined || !filed?.delete(watcher) || filed.size > 0) return;
    this.byPrefix.delete(prefix);
    const left = (this.lengths.get(prefix.length) ?? 0) - 1;
    if (left > 0) this.lengths.set(prefix.length, left);
    else this.lengths.delete(prefix.length);
  }

  /** Watchers whose range holds `key`. */
  *matching(key: string): Generator<Watcher, void> {
    for (const length of this.lengths.keys()) {
      // A shorter key's beginning is the key itself, which is tried at its own length.
      const filed = length <= key.length ? this.byPrefix.get(key.slice(0, length)) : undefined;
      if (filed) yield* filed;
    }
    for (const watcher of this.others) if (inRange(watcher.range, key)) yield watcher;
  }

  *[Symbol.iterator](): Generator<Watcher, void> {
    for (const filed of this.byPrefix.values()) yield* filed;
    yield* this.others;
  }
}

function prefixOf({ from, end }: KeyRange): string | undefined {
  return end !== undefined && end === prefixRangeEnd(from) ? from : undefined;
}
