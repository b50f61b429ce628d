/**
 * The state of a moment ago: today's, with what has happened since taken back. That costs as much as there is and has
 * happened, once: a pager comes back for the same state, so the last few are kept.
 *
 * Upstream: the snapshots of k8s.io/apiserver/pkg/storage/cacher/store, which keep a cheap copy of the tree for each
 * event of the window.
 */
import type { Ring } from './ring.ts';
import type { StoreElement } from './store.ts';
import type { WatchCacheEvent } from './watch-cache-event.ts';

const maxKept = 8;

interface Kept {
  revision: number;
  elements: StoreElement[];
}

export class PastStates {
  /** By what was listed and when, the one that was not asked for the longest first. */
  readonly #kept = new Map<string, Kept>();

  /** What was below `prefix` at a revision of the window; `listNow` answers what is. All in the order of keys, from `from` on. */
  list(ring: Ring<WatchCacheEvent>, revision: number, prefix: string, from: string, listNow: () => StoreElement[]): StoreElement[] {
    const id = `${revision} ${prefix}`;
    const elements = this.#kept.get(id)?.elements ?? stateBefore(listNow(), ring, revision, prefix);
    this.#kept.delete(id);
    this.#kept.set(id, { revision, elements });
    if (this.#kept.size > maxKept) this.#kept.delete(this.#kept.keys().next().value!);
    return from === prefix ? elements : elements.slice(firstFrom(elements, from));
  }

  /** Drops those from before a revision: nobody may ask for them any more. */
  removeLess(revision: number): void {
    for (const [id, kept] of this.#kept) if (kept.revision < revision) this.#kept.delete(id);
  }
}

function stateBefore(elements: StoreElement[], ring: Ring<WatchCacheEvent>, revision: number, prefix: string): StoreElement[] {
  const then = new Map<string, StoreElement | undefined>();
  const first = ring.firstAfter(revision);
  // of an object's changes the earliest is met last: what it was before that one, it was then
  for (let i = ring.end - 1; i >= first; i--) {
    const { element, previous } = ring.at(i)!;
    if (element.key.startsWith(prefix)) then.set(element.key, previous);
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

function firstFrom(elements: StoreElement[], key: string): number {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (elements[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
