/**
 * Reads the body of a patch, with the errors that Go's JSON decoder has for one of the wrong shape.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/patch.go (applyJSPatch, strategicPatchObject).
 */
import { newBadRequest } from '../../http/status.ts';
import { parseJSON } from '../serializer/json-reader.ts';

export type JSONObject = Record<string, unknown>;

export function isObject(value: unknown): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function parse(patch: Uint8Array, prefix: string): unknown {
  try {
    return parseJSON(new TextDecoder().decode(patch));
  } catch (err) {
    throw newBadRequest(prefix + (err instanceof Error ? err.message : String(err)));
  }
}

function mismatch(value: unknown, goType: string, prefix: string): never {
  throw newBadRequest(`${prefix}json: cannot unmarshal ${kindOf(value)} into Go value of type ${goType}`);
}

/** `null` is the nil map; upstream leaves it to the patch to make something of that. */
export function decodeMap(patch: Uint8Array, prefix = ''): JSONObject | null {
  const value = parse(patch, prefix);
  return value === null || isObject(value) ? value : mismatch(value, 'map[string]interface {}', prefix);
}

/** Without strict reading the library that applies them is the first to look at the operations, as maps. */
export function decodeOperations(patch: Uint8Array, strict: boolean): JSONObject[] {
  const prefix = strict ? 'error decoding patch: ' : '';
  const value = parse(patch, prefix);
  if (value === null) return [];
  if (!Array.isArray(value)) return mismatch(value, strict ? '[]handlers.jsonPatchOp' : 'jsonpatch.Patch', prefix);
  return value.map((op: unknown) => {
    if (op === null) return {};
    if (!isObject(op)) return mismatch(op, strict ? 'handlers.jsonPatchOp' : 'jsonpatch.Operation', prefix);
    if (strict) checkOperation(op, prefix);
    return op;
  });
}

function checkOperation(operation: JSONObject, prefix: string): void {
  for (const [name, value] of Object.entries(operation)) {
    if (!['op', 'path', 'from'].includes(name) || typeof value === 'string' || value === null) continue;
    throw newBadRequest(`${prefix}json: cannot unmarshal ${kindOf(value)} into Go struct field jsonPatchOp.${name} of type string`);
  }
}
