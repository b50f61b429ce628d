/**
 * The state of a moment ago: today's, with what has happened since taken back. It costs as much as has happened; a pager
 * who is a few seconds behind pays for a few events.
 *
 * Upstream: the snapshots of k8s.io/apiserver/pkg/storage/cacher/store, which keep a cheap copy of the tree for each
 * event of the window.
 */
import type { Ring } from './ring.ts';
import type { StoreElement } from './store.ts';
import type { WatchCacheEvent } from './watch-cache-event.ts';

/** `elements` are today's, in the order of keys, of those that `isWanted` picks; so is the answer. */
export function stateBefore(elements: StoreElement[], ring: Ring<WatchCacheEvent>, revision: number, isWanted: (key: string) => boolean): StoreElement[] {
  const then = new Map<string, StoreElement | undefined>();
  // of an object's changes the earliest is met last: what it was before that one, it was then
  for (let i = ring.end - 1; i >= ring.firstAfter(revision); i--) {
    const { element, previous } = ring.at(i)!;
    if (isWanted(element.key)) then.set(element.key, previous);
  }
  if (then.size === 0) return elements;
  const others = elements.filter(({ key }) => !then.has(key));
  const changed = [...then.values()].filter((element) => element !== undefined).sort((a, b) => (a.key < b.key ? -1 : 1));
  return merge(others, changed);
}

function merge(a: StoreElement[], b: StoreElement[]): StoreElement[] {
  const merged: StoreElement[] = [];
  let next = 0;
  for (const element of a) {
    for (let other = b[next]; other && other.key < element.key; other = b[++next]) merged.push(other);
    merged.push(element);
  }
  return merged.concat(b.slice(next));
}
