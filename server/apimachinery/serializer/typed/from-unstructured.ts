/**
 * What Go says of a map that does not fit into a type, when it goes there without being JSON in between: a strategic
 * merge patch is applied so. Numbers are converted as Go converts them: an int64 that an int32 does not hold wraps.
 *
 * Upstream: k8s.io/apimachinery/pkg/runtime/converter.go (FromUnstructuredWithValidation).
 */
import { canonicalizeQuantity } from '../../quantity.ts';
import { canonicalizeTime } from '../go-time.ts';
import { base64 } from './decode.ts';
import { jsonType } from './findings.ts';
import type { GoType, StructType } from './go-type.ts';

type JSONObject = Record<string, unknown>;

/** Go's name for the kind of a value that came out of JSON. */
function goKind(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return { string: 'string', boolean: 'bool' }[typeof value as string] ?? (Array.isArray(value) ? 'slice' : 'map');
}

function scalar(type: GoType, value: unknown): unknown {
  const wanted = type.kind === 'float64' || type.kind === 'int32' || type.kind === 'int64' ? 'number' : type.kind === 'bool' ? 'boolean' : 'string';
  if (typeof value !== wanted) {
    // Go converts integers to strings, which JSON does not
    if (wanted === 'string' && goKind(value) === 'int64') throw new Error(`cannot convert int64 to ${type.goName}`);
    throw new Error(`unrecognized type: ${type.kind}`);
  }
  if (wanted !== 'number' || type.kind === 'float64') return value;
  if (!Number.isInteger(value)) throw new Error(`cannot convert float64 to ${type.goName}`);
  return type.kind === 'int32' ? Number(value) | 0 : value;
}

function struct(type: StructType, value: JSONObject): JSONObject {
  const out = { ...value };
  for (const field of type.fields) if (Object.hasOwn(value, field.name)) out[field.name] = fromUnstructured(field.type, value[field.name]);
  return out;
}

function bytes(text: string): string {
  try {
    return base64(text);
  } catch (err) {
    throw new Error(`error decoding from json: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}

/** The value with its numbers converted; throws upstream's error for the first that the type does not take. */
export function fromUnstructured(type: GoType, value: unknown): unknown {
  if (value === null) return null;
  const isMap = goKind(value) === 'map';
  switch (type.kind) {
    case 'struct':
      if (!isMap) throw new Error(`cannot restore struct from: ${goKind(value)}`);
      return struct(type, value as JSONObject);
    case 'slice':
      if (!Array.isArray(value)) throw new Error(`cannot restore slice from ${goKind(value)}`);
      return value.map((item) => fromUnstructured(type.item, item));
    case 'map':
      if (!isMap) throw new Error(`cannot restore map from ${goKind(value)}`);
      return Object.fromEntries(Object.entries(value as JSONObject).map(([key, item]) => [key, fromUnstructured(type.value, item)]));
    case 'bytes':
      if (typeof value !== 'string') throw new Error(`cannot restore slice from ${goKind(value)}`);
      return bytes(value);
    case 'time':
    case 'microTime':
      if (typeof value !== 'string') throw new Error(`json: cannot unmarshal ${jsonType(value)} into Go value of type string`);
      return canonicalizeTime(type.kind, value);
    case 'quantity':
      return canonicalizeQuantity(typeof value === 'string' ? value : JSON.stringify(value));
    case 'intOrString':
      if (typeof value === 'string' || value === (Number(value) | 0)) return value;
      throw new Error(`json: cannot unmarshal ${typeof value === 'number' ? `number ${value}` : jsonType(value)} into Go value of type int32`);
    case 'string':
    case 'bool':
    case 'int32':
    case 'int64':
    case 'float64':
      return scalar(type, value);
    default:
      return value;
  }
}
