/**
 * Strategic merge patches: merge patches that know the types, so that lists are merged by key, and that can say more
 * than a merge: $patch, $retainKeys, $setElementOrder, $deleteFromPrimitiveList.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/strategicpatch/patch.go (StrategicMergeMapPatch).
 */
import { newBadRequest } from '../../http/status.ts';
import { deepCopy } from '../deep.ts';
import type { Schema } from '../schema.ts';
import type { Scheme } from '../scheme.ts';
import { isObject } from './decode.ts';
import type { JSONObject } from './decode.ts';
import { lookupPatchMeta } from './patch-meta.ts';
import { errBadPatchType, mergeSlice } from './strategic-list.ts';
import { directiveMarker, normalizeElementOrder, setElementOrder, validateSetElementOrder } from './strategic-order.ts';

const retainKeys = '$retainKeys';
const deleteFromPrimitiveList = '$deleteFromPrimitiveList';

const isDirective = (key: string) => key.startsWith(setElementOrder) || key.startsWith(deleteFromPrimitiveList);

/** What a patch says where nothing was before: without nulls and directives; undefined when it was all directive. */
function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue).filter((v) => v !== undefined);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, directiveMarker)) return undefined;
  const entries = Object.entries(value).filter(([, v]) => v !== null).map(([k, v]) => [k, plainValue(v)]);
  return Object.fromEntries(entries.filter(([, v]) => v !== undefined));
}

function set(target: JSONObject, key: string, value: unknown): void {
  if (value === undefined) delete target[key];
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The field that `$directive/field` is about. */
function fieldOf(key: string, prefix: string, what: string): string {
  if (!key.startsWith(`${prefix}/`)) throw newBadRequest(`invalid patch format of ${what}`);
  return key.slice(prefix.length + 1);
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  const type = isObject(value) ? 'map[string]interface {}' : value === null ? '%!s(<nil>)' : typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'int64' : 'string';
  throw new Error(`expected a []interface {}, but received a ${type}`);
}

function applyRetainKeys(original: JSONObject, patch: JSONObject): void {
  if (!Object.hasOwn(patch, retainKeys)) return;
  const retained = patch[retainKeys];
  delete patch[retainKeys];
  const refuse = () => newBadRequest('invalid patch format of retainKeys');
  if (!Array.isArray(retained)) throw refuse();
  for (const [key, value] of Object.entries(patch)) {
    if (value !== null && !isDirective(key) && !retained.includes(key)) throw refuse();
  }
  for (const key of Object.keys(original)) if (!retained.includes(key)) delete original[key];
}

/** Merges maps and lists of one scheme, in place. */
class Merger {
  readonly #scheme: Scheme;

  constructor(scheme: Scheme) {
    this.#scheme = scheme;
  }

  mergeMap(original: JSONObject, patch: JSONObject, schema: Schema): JSONObject {
    if (Object.hasOwn(patch, directiveMarker)) {
      const { [directiveMarker]: directive, ...rest } = patch;
      if (directive === 'replace') return rest;
      if (directive === 'delete') return {};
      throw errBadPatchType(directive, patch);
    }
    applyRetainKeys(original, patch);
    this.#applySetElementOrder(original, patch, schema);
    for (const [key, value] of Object.entries(patch)) {
      if (key.startsWith(deleteFromPrimitiveList)) this.#deleteFrom(original, fieldOf(key, deleteFromPrimitiveList, 'primitive list'), value);
      else if (value === null) delete original[key];
      else set(original, key, this.#merged(original, key, value, schema));
    }
    return original;
  }

  #merged(original: JSONObject, key: string, value: unknown, schema: Schema): unknown {
    const current = Object.hasOwn(original, key) ? original[key] : undefined;
    if (isObject(current) && isObject(value)) {
      const meta = lookupPatchMeta(this.#scheme, schema, key);
      return meta.strategy === 'replace' ? value : this.mergeMap(current, value, meta.schema);
    }
    if (Array.isArray(current) && Array.isArray(value)) return this.#mergeList(current, value, key, schema);
    return plainValue(value);
  }

  #mergeList(current: unknown[], patch: unknown[], key: string, schema: Schema): unknown[] {
    const meta = lookupPatchMeta(this.#scheme, schema, key);
    if (meta.strategy !== 'merge') return patch;
    return mergeSlice(current, patch, meta.mergeKey, (o, p) => this.mergeMap(o, p, meta.schema));
  }

  #deleteFrom(original: JSONObject, key: string, value: unknown): void {
    const current = original[key];
    if (Array.isArray(current) && Array.isArray(value)) original[key] = current.filter((item) => !value.includes(item));
  }

  /** Merges the lists whose order the patch declares, and takes them out of the patch. */
  #applySetElementOrder(original: JSONObject, patch: JSONObject, schema: Schema): void {
    for (const directive of Object.keys(patch).filter((k) => k.startsWith(setElementOrder))) {
      const order = listOf(patch[directive]);
      delete patch[directive];
      const key = fieldOf(directive, setElementOrder, 'setElementOrder list');
      const current = listOf(original[key]);
      const items = listOf(patch[key]);
      const { mergeKey } = lookupPatchMeta(this.#scheme, schema, key);
      validateSetElementOrder(items, order, mergeKey);
      const merged = original[key] === undefined ? listOf(plainValue(items)) : patch[key] === undefined ? current : this.#mergeList(current, items, key, schema);
      if (original[key] === undefined && patch[key] === undefined) continue;
      if (current.length === 0 && items.length === 0) throw new Error('no elements in any of the given slices');
      original[key] = normalizeElementOrder(merged, order, current, mergeKey);
      delete patch[key];
    }
  }
}

/**
 * Answers the patched document; the one given stays as it is, the patch loses its directives on the way. `schema` is
 * that of the document's kind.
 */
export function strategicMergePatch(scheme: Scheme, schema: Schema, original: JSONObject, patch: JSONObject): JSONObject {
  return new Merger(scheme).mergeMap(deepCopy(original), patch, schema);
}
