/**
 * Continue tokens: where the next page of a list starts, and at which revision.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/continue.go. Leaves out most of encoding/json's wording for tokens that decode
 * to broken JSON.
 */
import { marshalJSON } from '../apimachinery/quote.ts';
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
  return btoa(toBinary(json)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
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
  const json = new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Error(`${notValid}: ${jsonError(binary)}`);
  }
  const { v = '', rv = 0, start = '' } = Object(value) as { v?: unknown; rv?: unknown; start?: unknown };
  return { v: String(v), rv: Number.isSafeInteger(rv) ? Number(rv) : 0, start: String(start) };
}

/** What encoding/json says of a text that does not begin as JSON; it looks at bytes, not at characters. */
function jsonError(binary: string): string {
  const first = binary.trimStart().charAt(0);
  if (first === '' || /[[{"\-0-9tfn]/.test(first)) return 'unexpected end of JSON input';
  const printed = /[ -~\u00a1-\u00ac\u00ae-\u00ff]/.test(first) ? first : `\\u${first.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `invalid character '${printed === "'" || printed === '\\' ? `\\${printed}` : printed}' looking for beginning of value`;
}

const toBinary = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));
