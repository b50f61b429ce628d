/**
 * In which order the items of a merged list stand: first as the patch says, the others where they stood between them.
 *
 * Upstream: normalizeElementOrder, mergeSortedSlice, validatePatchWithSetOrderList of
 * k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
 */
import { formatValue } from '../quote.ts';
import { isObject } from './decode.ts';

export const directiveMarker = '$patch';
export const setElementOrder = '$setElementOrder';

export function errNoMergeKey(item: unknown, mergeKey: string): Error {
  return new Error(`map: ${formatValue(item)} does not contain declared merge key: ${mergeKey}`);
}

/** What identifies an item: its merge key, or itself in a list of scalars. */
export function identity(item: unknown, mergeKey: string): unknown {
  if (mergeKey === '') return item;
  if (!isObject(item)) throw new Error(`value for key ${mergeKey} is not a map`);
  if (!Object.hasOwn(item, mergeKey)) throw errNoMergeKey(item, mergeKey);
  return item[mergeKey];
}

const positions = (list: unknown[], mergeKey: string) => {
  const at = new Map<unknown, number>();
  list.forEach((item, i) => {
    const id = identity(item, mergeKey);
    if (!at.has(id)) at.set(id, i);
  });
  return at;
};

function sortBy(items: unknown[], order: Map<unknown, number>, mergeKey: string): unknown[] {
  return items.toSorted((a, b) => (order.get(identity(a, mergeKey)) ?? 0) - (order.get(identity(b, mergeKey)) ?? 0));
}

/** Orders `merged`: the items of `patchOrder` like there, the rest as in `serverOrder`, woven together by the latter. */
export function normalizeElementOrder(merged: unknown[], patchOrder: unknown[], serverOrder: unknown[], mergeKey: string): unknown[] {
  const patchAt = positions(patchOrder, mergeKey);
  const serverAt = positions(serverOrder, mergeKey);
  const inPatch = (item: unknown) => patchAt.has(identity(item, mergeKey));
  const right = sortBy(merged.filter(inPatch), patchAt, mergeKey);
  const left = sortBy(merged.filter((item) => !inPatch(item)), serverAt, mergeKey);
  const woven: unknown[] = [];
  let i = 0;
  for (const item of right) {
    const at = serverAt.get(identity(item, mergeKey));
    while (i < left.length && at !== undefined && (serverAt.get(identity(left[i], mergeKey)) ?? Infinity) < at) woven.push(left[i++]);
    woven.push(item);
  }
  return [...woven, ...left.slice(i)];
}

/** Throws unless the patch's items come in the order that it declares. */
export function validateSetElementOrder(patch: unknown[], order: unknown[], mergeKey: string): void {
  if (order.length === 0 || patch.length === 0) return;
  const items = patch.filter((item) => !(isObject(item) && Object.hasOwn(item, directiveMarker)));
  let at = 0;
  for (const declared of order) {
    if (at < items.length && identity(items[at], mergeKey) === identity(declared, mergeKey)) at++;
  }
  if (at < items.length) throw new Error(`The order in patch list:\n${formatValue(patch)}\n doesn't match ${setElementOrder} list:\n${formatValue(order)}\n`);
}
