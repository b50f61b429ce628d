/**
 * In which order the items of two lists stand after a merge: those of both in the order of the applied list, and each
 * item of only one of them after what it followed there.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/typed/merge.go (visitListItems).
 */
import type { PathElement } from '../fieldpath/path-element.ts';
import type { ListType } from './atom.ts';
import { itemsByElement, listItemToPathElement } from './list-item.ts';

export function mergeLists(type: ListType, lhs: unknown[], rhs: unknown[], mergeItem: (before: unknown, after: unknown) => unknown): unknown[] {
  const left = lhs.map((item) => listItemToPathElement(type, item));
  const right = rhs.map((item) => listItemToPathElement(type, item));
  const before = itemsByElement(type, lhs);
  const after = itemsByElement(type, rhs);
  const shared = right.filter((element) => before.has(element))[Symbol.iterator]();
  const merged = new Set<PathElement>();
  const out: unknown[] = [];
  // duplicates of the live list are not merged: the applied item replaces them
  const single = (element: PathElement) => (before.get(element)?.length === 1 ? before.get(element)![0] : before.has(element) ? null : undefined);

  let nextShared: PathElement | undefined = shared.next().value;
  let [l, r] = [0, 0];
  const takeRight = () => {
    const element = right[r]!;
    merged.add(element);
    out.push(mergeItem(single(element), after.get(element)![0]));
    if (nextShared === element) nextShared = shared.next().value;
    r++;
  };
  while (l < left.length || r < right.length) {
    const element = left[l];
    if (element !== undefined) {
      if (r < right.length && element !== right[r] && after.has(element) && nextShared !== undefined && nextShared !== element) {
        l++; // of both lists, but its turn comes later
        continue;
      }
      if (!after.has(element)) {
        out.push(mergeItem(lhs[l], undefined));
        l++;
        continue;
      }
      if (element === right[r] || merged.has(element)) l++;
    }
    if (r < right.length) takeRight();
  }
  return out;
}
