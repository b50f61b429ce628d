/**
 * Takes what JSON says for values of expressions. JSON has one kind of number: where a type is dyn, a whole one is an int,
 * as Kubernetes' own decoder has it; where it is any, each is a double, as Go's has it.
 *
 * Upstream: k8s.io/apiserver/pkg/cel/common/values.go, and the native adapter of github.com/google/cel-go.
 */
import { parseDuration, parseTimestamp } from './time.ts';
import type { Type } from './types.ts';
import { DYN } from './types.ts';
import { Opaque } from './values.ts';
import type { MapKey, Value } from './values.ts';

export function fromJSON(json: unknown, type: Type = DYN): Value {
  if (json === null || json === undefined) return null;
  switch (typeof json) {
    case 'boolean':
    case 'bigint':
      return json;
    case 'number':
      return type.kind !== 'double' && type.kind !== 'any' && Number.isSafeInteger(json) ? BigInt(json) : json;
    case 'string':
      return fromText(json, type);
  }
  if (Array.isArray(json)) return json.map((each) => fromJSON(each, type.kind === 'list' ? type.params[0] : untyped(type)));
  if (json instanceof Map) return json as ReadonlyMap<MapKey, Value>;
  if (json instanceof Opaque) return json;
  return fromObject(json, type);
}

function fromObject(json: object, type: Type): Value {
  const { kind, params, fields } = type;
  const map = new Map<MapKey, Value>();
  for (const [key, value] of Object.entries(json)) {
    if (value === undefined) continue;
    const own = kind === 'struct' && fields && Object.hasOwn(fields, key) ? fields[key] : kind === 'map' ? params[1] : untyped(type);
    map.set(key, fromJSON(value, own));
  }
  return map;
}

const untyped = (type: Type) => (type.kind === 'any' ? type : DYN);

function fromText(text: string, { kind }: Type): Value {
  if (kind === 'timestamp') return parseTimestamp(text);
  if (kind === 'duration') return parseDuration(text);
  if (kind === 'bytes') return Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  return text;
}
