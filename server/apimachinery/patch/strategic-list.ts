/**
 * Merging one list of a strategic merge patch into the list that is there.
 *
 * Upstream: mergeSlice and what it calls in k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
 */
import { StatusError } from '../../http/status.ts';
import { formatValue } from '../quote.ts';
import { isObject } from './decode.ts';
import type { JSONObject } from './decode.ts';
import { directiveMarker, errNoMergeKey, normalizeElementOrder } from './strategic-order.ts';

export type MergeItem = (original: JSONObject, patch: JSONObject) => JSONObject;

const typeOf = (value: unknown) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);

/** Lists hold maps or scalars, all of one type; upstream's sliceElementType. */
function elementType(...lists: unknown[][]): string {
  const types = new Set(lists.flat(1).map(typeOf));
  if (types.has('list')) throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  if (types.size > 1) throw new Error(`list element types are not identical: ${formatValue(lists)}`);
  return [...types][0] ?? '';
}

export function errBadPatchType(directive: unknown, patch: JSONObject): Error {
  return new Error(`unknown patch type: ${formatValue(directive)} in map: ${formatValue(patch)}`);
}

/** Takes the items with a directive out of the patch, and does what they say. */
function applyDirectives(original: JSONObject[], patch: JSONObject[], mergeKey: string): { original: JSONObject[]; patch: JSONObject[] } {
  let kept = original;
  let replace = false;
  for (const item of patch.filter((p) => Object.hasOwn(p, directiveMarker))) {
    const directive = item[directiveMarker];
    if (directive === 'delete') {
      if (!Object.hasOwn(item, mergeKey)) throw errNoMergeKey(item, mergeKey);
      kept = kept.filter((o) => o[mergeKey] !== item[mergeKey]);
    } else if (directive === 'replace') {
      replace = true;
    } else if (directive === 'merge') {
      throw new Error('merging lists cannot yet be specified in the patch');
    } else {
      throw errBadPatchType(directive, item);
    }
  }
  const plain = patch.filter((p) => !Object.hasOwn(p, directiveMarker));
  return replace ? { original: plain, patch: [] } : { original: kept, patch: plain };
}

function mergeMaps(original: JSONObject[], patch: JSONObject[], mergeKey: string, mergeItem: MergeItem): JSONObject[] {
  const merged = [...original];
  for (const item of patch) {
    if (!Object.hasOwn(item, mergeKey)) throw errNoMergeKey(item, mergeKey);
    const at = merged.findIndex((o) => o[mergeKey] === item[mergeKey]);
    const found = merged[at];
    if (found) merged[at] = mergeItem(found, item);
    else merged.push(item);
  }
  return merged;
}

export function mergeSlice(original: unknown[], patch: unknown[], mergeKey: string, mergeItem: MergeItem): unknown[] {
  if (original.length === 0 && patch.length === 0) return original;
  if (elementType(original, patch) !== 'object') {
    return normalizeElementOrder([...new Set([...original, ...patch])], patch, original, '');
  }
  if (mergeKey === '') throw new Error('cannot merge lists without merge key for struct');
  const plain = applyDirectives(original.filter(isObject), patch.filter(isObject), mergeKey);
  const merged = mergeMaps(plain.original, plain.patch, mergeKey, mergeItem);
  return normalizeElementOrder(merged, plain.patch, plain.original, mergeKey);
}
