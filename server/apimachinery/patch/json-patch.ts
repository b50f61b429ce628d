/**
 * JSON patches (RFC 6902), as the server's library applies them: a replace may also add a key, an index may count from
 * the end, and what fails is never told.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/patch.go, gopkg.in/evanphx/json-patch.v4/patch.go.
 */
import { StatusError, newRequestEntityTooLarge } from '../../http/status.ts';
import { deepCopy } from '../deep.ts';
import { byteLength } from '../names.ts';
import { decodeOperations, isObject } from './decode.ts';
import type { JSONObject } from './decode.ts';

const maxJSONPatchOperations = 10000;

/** What a patch may copy in all (upstream's JSONPatchMaxCopyBytes): copies of copies grow as powers of two. */
const maxCopyBytes = 3 * 1024 * 1024;

/** A patch that cannot be applied; only the server's log would know why. */
class CannotApply extends Error {
  override name = 'CannotApply';
}

type Container = JSONObject | unknown[];

interface Place {
  container: Container;
  key: string;
}

const isContainer = (value: unknown): value is Container => Array.isArray(value) || isObject(value);
const decodeKey = (key: string) => key.replaceAll('~1', '/').replaceAll('~0', '~');

/** An index into a list; `size` is how many places it has. */
function indexOf(key: string, size: number): number {
  if (!/^[+-]?\d+$/.test(key)) throw new CannotApply(`value was not a proper array index: '${key}'`);
  const index = Number(key);
  if (index >= size || index < -size) throw new CannotApply(`Unable to access invalid index: ${index}`);
  return index < 0 ? index + size : index;
}

function get({ container, key }: Place): unknown {
  if (Array.isArray(container)) return container[indexOf(key, container.length)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function add({ container, key }: Place, value: unknown): void {
  if (Array.isArray(container)) container.splice(key === '-' ? container.length : indexOf(key, container.length + 1), 0, value);
  else define(container, key, value);
}

function replace(place: Place, value: unknown): void {
  if (Array.isArray(place.container)) place.container[indexOf(place.key, place.container.length)] = value;
  else define(place.container, place.key, value);
}

function remove({ container, key }: Place): void {
  if (Array.isArray(container)) container.splice(indexOf(key, container.length), 1);
  else if (Object.hasOwn(container, key)) delete container[key];
  else throw new CannotApply(`Unable to remove nonexistent key: ${key}`);
}

/** Sets a key that may be called `__proto__`. */
function define(container: JSONObject, key: string, value: unknown): void {
  Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
}

function text(op: JSONObject, name: 'path' | 'from'): string {
  const value = op[name];
  if (typeof value !== 'string') throw new CannotApply(`operation missing ${name} field`);
  return value;
}

function find(root: Container, path: string): Place {
  const [, ...keys] = path.split('/').map(decodeKey);
  const key = keys.pop();
  if (key === undefined) throw new CannotApply(`doc is missing path: "${path}"`);
  let container = root;
  for (const step of keys) {
    const next = get({ container, key: step });
    if (!isContainer(next)) throw new CannotApply(`doc is missing path: "${path}"`);
    container = next;
  }
  return { container, key };
}

function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((v, i) => equal(v, b[i]));
  if (!isObject(a) || !isObject(b)) return (a ?? null) === (b ?? null);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && equal(a[k], b[k]));
}

/** Answers the document, which only a replacement of the whole exchanges; `copied` counts the bytes of copies so far. */
function apply(root: Container, op: JSONObject, copied: { bytes: number }): Container {
  const value = op['value'] ?? null;
  const path = text(op, 'path');
  switch (op['op']) {
    case 'add':
      add(find(root, path), value);
      return root;
    case 'remove':
      remove(find(root, path));
      return root;
    case 'replace':
      if (path === '' && isContainer(value)) return value;
      replace(find(root, path), value);
      return root;
    case 'move': {
      const from = find(root, text(op, 'from'));
      const moved = get(from);
      remove(from);
      add(find(root, path), moved);
      return root;
    }
    case 'copy': {
      const copy = JSON.stringify(get(find(root, text(op, 'from'))) ?? null);
      copied.bytes += byteLength(copy);
      if (copied.bytes > maxCopyBytes) throw new CannotApply(`Unable to complete the copy, the accumulated size increase of copy is ${copied.bytes}, exceeding the limit ${maxCopyBytes}`);
      add(find(root, path), JSON.parse(copy));
      return root;
    }
    case 'test':
      if (!equal(path === '' ? root : get(find(root, path)), value)) throw new CannotApply(`testing value ${path} failed`);
      return root;
    default:
      throw new CannotApply(`Unexpected kind: ${String(op['op'])}`);
  }
}

/** Go reads what an operation goes through into maps, and writes their keys in order; the rest stays as it is. */
function sortKeysOn(path: unknown, root: Container): void {
  const [, ...steps] = typeof path === 'string' ? path.split('/').map(decodeKey) : [];
  let value: unknown = root;
  for (const step of steps) {
    if (!isContainer(value)) return;
    sortKeys(value);
    value = Object.hasOwn(value, step) ? get({ container: value, key: step }) : undefined;
  }
}

function sortKeys(value: Container): void {
  if (Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    delete value[key];
    define(value, key, inner);
  }
}

/** Answers the patched document; the one given stays as it is. */
export function jsonPatch(doc: JSONObject, patch: Uint8Array, strict = true): unknown {
  const operations = decodeOperations(patch, strict);
  if (operations.length > maxJSONPatchOperations) {
    throw newRequestEntityTooLarge(`The allowed maximum operations in a JSON patch is ${maxJSONPatchOperations}, got ${operations.length}`);
  }
  try {
    const copied = { bytes: 0 };
    const patched = operations.reduce<Container>((root, op) => apply(root, op, copied), deepCopy(doc));
    for (const { path, from } of operations) for (const touched of [path, from]) sortKeysOn(touched, patched);
    return patched;
  } catch (err) {
    if (err instanceof CannotApply) throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
    throw err;
  }
}
