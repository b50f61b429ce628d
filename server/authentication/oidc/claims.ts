/**
 * The claims of a token: read one by one, as Go would, or all at once by expressions.
 *
 * Upstream: claims, newClaimsValue and newUserInfoValue of
 * k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go, and Unescape of pkg/cel/escaping.go.
 */
import { isFields } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { jsonType } from '../../apimachinery/serializer/typed/findings.ts';
import { fromJSON } from '../../cel/convert.ts';
import { ANY } from '../../cel/types.ts';
import { isList, isMap } from '../../cel/values.ts';
import type { MapKey, Value } from '../../cel/values.ts';
import { decodeBase64URL } from '../../apimachinery/base64.ts';
import type { UserInfo } from '../interfaces.ts';

export type Claims = Fields;

/** The object in a part of a token; throws what Go says where there is none. */
export function decodePart(part: string): Claims {
  const bytes = decodeBase64URL(part);
  if (!bytes) throw new Error('illegal base64 data at input byte 0');
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!isFields(value)) throw cannotUnmarshal(value, 'map[string]interface {}');
  return value;
}

const cannotUnmarshal = (value: unknown, type: string) => new Error(`json: cannot unmarshal ${jsonType(value)} into Go value of type ${type}`);

export const hasClaim = (claims: Claims, name: string) => Object.hasOwn(claims, name);

function claim(claims: Claims, name: string): unknown {
  if (!hasClaim(claims, name)) throw new Error('claim not present');
  return claims[name];
}

/** Null is what nothing is. */
export function stringClaim(claims: Claims, name: string): string {
  const value = claim(claims, name) ?? '';
  if (typeof value !== 'string') throw cannotUnmarshal(value, 'string');
  return value;
}

export function boolClaim(claims: Claims, name: string): boolean {
  const value = claim(claims, name) ?? false;
  if (typeof value !== 'boolean') throw cannotUnmarshal(value, 'bool');
  return value;
}

/** A single one may stand for a list of it. */
export function stringsClaim(claims: Claims, name: string): string[] {
  const value = claim(claims, name) ?? [];
  const list = Array.isArray(value) ? value.map((each: unknown) => each ?? '') : [value];
  if (!list.every((each) => typeof each === 'string')) throw cannotUnmarshal(value, 'string');
  return list;
}

/** Has what is under `example.com/role` under `example__dot__com__slash__role` too. */
class UnescapingMap extends Map<MapKey, Value> {
  override get(key: MapKey): Value | undefined {
    return super.get(unescape(key));
  }
  override has(key: MapKey): boolean {
    return super.has(unescape(key));
  }
}

const ESCAPES: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' };
const RESERVED = /^__(true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while)__$/;

function unescape(key: MapKey): MapKey {
  if (typeof key !== 'string') return key;
  const [, word] = RESERVED.exec(key) ?? [];
  if (word !== undefined) return word;
  const escapes = key.match(/__[^_]+__/g) ?? [];
  if (!escapes.every((each) => Object.hasOwn(ESCAPES, each.slice(2, -2)))) return key;
  return key.replace(/__([^_]+)__/g, (_all, name: string) => ESCAPES[name] ?? '');
}

function unescaping(value: Value): Value {
  if (isList(value)) return value.map(unescaping);
  return isMap(value) ? new UnescapingMap(Array.from(value, ([key, each]) => [key, unescaping(each)])) : value;
}

/** Claims themselves go by their own names; only what is in them may be escaped. */
export function claimsValue(claims: Claims): Value {
  return new Map(Object.entries(claims).map(([name, value]) => [name, unescaping(fromJSON(value, ANY))]));
}

export function userInfoValue({ name, uid = '', groups, extra = {} }: UserInfo): Value {
  return new Map(Object.entries({ username: name, uid, groups, extra }).map(([field, value]) => [field, unescaping(fromJSON(value, ANY))]));
}
