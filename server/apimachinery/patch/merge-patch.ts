/**
 * JSON merge patches (RFC 7386): objects are merged, null removes, everything else replaces.
 *
 * Upstream: gopkg.in/evanphx/json-patch.v4/merge.go.
 */
import { newBadRequest } from '../../http/status.ts';
import { decodeMap, isObject } from './decode.ts';
import type { JSONObject } from './decode.ts';
import { parseJSON } from '../serializer/json-reader.ts';

const byKey = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

function pruneNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruneNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null).sort(byKey).map(([k, v]) => [k, pruneNulls(v)]));
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
  return Object.fromEntries([...merged].sort(byKey));
}

/**
 * Answers the patched document; the one given stays as it is, and may share parts with the answer. Only strict reading
 * says what is wrong with a patch; without it a list replaces the document.
 */
export function mergePatch(doc: JSONObject, patch: Uint8Array, strict = true): unknown {
  const decoded = strict ? decodeMap(patch, 'error decoding patch: ') : lenient(patch);
  if (decoded === null) throw newBadRequest('Invalid JSON Patch');
  return merge(doc, decoded);
}

function lenient(patch: Uint8Array): unknown {
  let value: unknown = null;
  try {
    value = parseJSON(new TextDecoder().decode(patch));
  } catch {
    // answered like a patch that says nothing
  }
  return typeof value === 'object' ? value : null;
}
