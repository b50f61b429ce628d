/**
 * Continue tokens: where the next page of a list starts, and at which revision.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/continue.go. Leaves out keys in another case.
 */
import { encodeBase64URL } from '../apimachinery/base64.ts';
import { marshalJSON } from '../apimachinery/quote.ts';
import { parseJSON } from '../apimachinery/serializer/json-reader.ts';
import { decodeTyped } from '../apimachinery/serializer/typed/decode.ts';
import { jsonType } from '../apimachinery/serializer/typed/findings.ts';
import type { Field, StructType } from '../apimachinery/serializer/typed/go-type.ts';
import { predicateEmpty } from './selection-predicate.ts';
import type { SelectionPredicate } from './interfaces.ts';

const notValid = 'continue key is not valid';

/** Throws an Error with upstream's message. A revision of -1 asks for the newest state from this key on. */
export function decodeContinue(token: string, keyPrefix: string): { fromKey: string; revision: number } {
  const { v, rv, start } = parseToken(token);
  if (v !== 'meta.k8s.io/v1') throw new Error(`${notValid}: server does not recognize this encoded version ${v}`);
  if (rv === 0) throw new Error(`${notValid}: incorrect encoded start resourceVersion (version meta.k8s.io/v1)`);
  if (start === '') throw new Error(`${notValid}: encoded start key empty (version meta.k8s.io/v1)`);
  // a start key that climbs out of the prefix would list what the request was not allowed to
  const segments = start.replace(/^\//, '').split('/');
  if (segments.some((s) => s === '' || s === '.' || s === '..')) throw new Error(`${notValid}: ${start}`);
  return { fromKey: keyPrefix + segments.join('/'), revision: rv };
}

export function encodeContinue(key: string, keyPrefix: string, revision: number): string {
  if (!key.startsWith(keyPrefix)) throw new Error('unable to encode next field: the key and key prefix do not match');
  const json = marshalJSON({ v: 'meta.k8s.io/v1', rv: revision, start: key.slice(keyPrefix.length) });
  return encodeBase64URL(new TextEncoder().encode(json));
}

/** The token after `lastKey`, and how many objects remain where that number is exact. */
export function prepareContinueToken(lastKey: string, keyPrefix: string, revision: number, count: number, hasMore: boolean, predicate: SelectionPredicate) {
  if (!hasMore) return { continue: '' };
  const token = encodeContinue(`${lastKey}\0`, keyPrefix, revision);
  return predicateEmpty(predicate) ? { continue: token, remainingItemCount: count - predicate.limit } : { continue: token };
}

function parseToken(token: string): { v: string; rv: number; start: string } {
  const illegal = token.search(/[^A-Za-z0-9_-]/);
  const at = illegal >= 0 ? illegal : token.length % 4 === 1 ? token.length - 1 : -1;
  if (at >= 0) throw new Error(`${notValid}: illegal base64 data at input byte ${at}`);
  const binary = atob(token.replaceAll('-', '+').replaceAll('_', '/'));
  try {
    checkFirstByte(binary);
    const value = parseJSON(new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)))) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw new Error(`json: cannot unmarshal ${jsonType(value)} into Go value of type ${continueToken.goName}`);
    // each of the three is always written, in its type
    return decodeTyped(continueToken, value, { strict: false }).value as ReturnType<typeof parseToken>;
  } catch (err) {
    throw new Error(`${notValid}: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}

const field = (name: string, index: number, kind: 'string' | 'int64'): Field => ({ name, index, type: { kind, goName: kind }, pointer: false, keep: true });
const fields = [field('v', 0, 'string'), field('rv', 1, 'int64'), field('start', 2, 'string')];
const continueToken: StructType = { kind: 'struct', goName: 'storage.continueToken', fields, byName: new Map(fields.map((f) => [f.name, f])), wire: new Map() };

/** encoding/json looks at bytes, not at characters: of a garbled token the first one tells. */
function checkFirstByte(binary: string): void {
  const first = binary.trimStart().charAt(0);
  if (first < '\x80') return;
  const printed = /[\u00a1-\u00ac\u00ae-\u00ff]/.test(first) ? first : `\\u${first.charCodeAt(0).toString(16).padStart(4, '0')}`;
  throw new SyntaxError(`invalid character '${printed}' looking for beginning of value`);
}
