/**
 * JSON merge patches (RFC 7386): objects are merged, null removes, everything else replaces.
 *
 * Upstream: gopkg.in/evanphx/json-patch.v4/merge.go.
 */
import { newBadRequest } from '../../http/status.ts';
import { decodeMap, isObject } from './decode.ts';
import type { JSONObject } from './decode.ts';

function pruneNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruneNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null).map(([k, v]) => [k, pruneNulls(v)]));
}

/** What is merged has its keys sorted, as Go writes a map; what is not touched keeps its order. */
function merge(doc: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return isObject(doc) ? patch : pruneNulls(patch);
  if (!isObject(doc)) return pruneNulls(patch);
  const merged = new Map(Object.entries(doc));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, merge(merged.get(key), value));
  }
  return Object.fromEntries([...merged].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Answers the patched document; the one given stays as it is, and may share parts with the answer. */
export function mergePatch(doc: JSONObject, patch: Uint8Array): JSONObject {
  const decoded = decodeMap(patch, 'error decoding patch: ');
  if (decoded === null) throw newBadRequest('Invalid JSON Patch');
  const merged = merge(doc, decoded);
  return isObject(merged) ? merged : decoded;
}
