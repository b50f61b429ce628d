/**
 * Typed decoding: brings parsed JSON into the form that it has after a journey through the Go type. Unknown fields go,
 * null is absent, empty fields are written or not as Go's encoder does, keys stand in the order of the struct.
 *
 * Upstream: sigs.k8s.io/json (UnmarshalStrict, UnmarshalCaseSensitivePreserveInts) followed by encoding/json. Leaves out
 * merging the structs and lists that a field is given twice: the last one wins.
 */
import { canonicalizeQuantity } from '../../quantity.ts';
import { canonicalizeTime } from '../go-time.ts';
import { WrittenFloat } from '../json-syntax.ts';
import type { Field, GoType, StructType } from './go-type.ts';
import { assemble, zeroValue } from './go-type.ts';
import { Findings } from './findings.ts';

/** The entries of objects that have a key twice or a WrittenFloat, in the order of the text. */
export type Repeated = ReadonlyMap<object, readonly (readonly [key: string, value: unknown])[]>;

export interface TypedOptions {
  /** Where set, unknown and duplicate fields are reported. */
  strict: boolean;
  repeated?: Repeated;
}

/** Throws upstream's error for a value that the type cannot hold. */
export function decodeTyped(type: StructType, input: object, options: TypedOptions): { value: Record<string, unknown>; strictErrors: string[] } {
  const findings = new Findings(options.strict);
  const value = new TypedDecoder(findings, options.repeated).struct(type, input);
  if (findings.mismatch) throw new Error(findings.mismatch.message());
  return { value, strictErrors: findings.strictErrors() };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

class TypedDecoder {
  readonly #findings: Findings;
  readonly #repeated: Repeated | undefined;

  constructor(findings: Findings, repeated: Repeated | undefined) {
    this.#findings = findings;
    this.#repeated = repeated;
  }

  struct(type: StructType, input: object): Record<string, unknown> {
    const values: unknown[] = new Array(type.fields.length);
    const repeated = this.#repeated?.get(input);
    if (repeated) {
      const seen = new Set<string>();
      for (const [key, value] of repeated) {
        if (seen.has(key) && type.byName.has(key)) this.#findings.duplicate(key);
        seen.add(key);
        this.#field(type, values, key, value);
      }
    } else {
      for (const key of Object.keys(input)) this.#field(type, values, key, (input as Record<string, unknown>)[key]);
    }
    return assemble(type, values);
  }

  #field(type: StructType, values: unknown[], key: string, value: unknown): void {
    const field: Field | undefined = type.byName.get(key);
    if (!field) return this.#findings.unknown(key);
    const mark = this.#findings.mark();
    const decoded = value === null ? null : this.#value(field.type, value);
    const before = values[field.index];
    // of maps that are given twice, Go reads the second into the first
    values[field.index] = field.type.kind === 'map' && isObject(before) && isObject(decoded) ? { ...before, ...decoded } : decoded;
    if (this.#findings.changedSince(mark)) this.#findings.insideField(mark, type.goName, key, type.embedded?.get(field));
  }

  #value(type: GoType, value: unknown): unknown {
    if (value instanceof WrittenFloat) return this.#float(type, value.literal);
    switch (type.kind) {
      case 'string':
        return typeof value === 'string' ? value : this.#findings.mismatched(value, type);
      case 'bool':
        return typeof value === 'boolean' ? value : this.#findings.mismatched(value, type);
      case 'int32':
      case 'int64':
        return this.#integer(type, value);
      case 'float64':
        return typeof value === 'number' ? value : this.#findings.mismatched(value, type);
      case 'bytes':
        return typeof value === 'string' ? base64(value) : this.#findings.mismatched(value, type);
      case 'struct':
        return isObject(value) ? this.struct(type, value) : this.#findings.mismatched(value, type);
      case 'slice':
        return Array.isArray(value) ? this.#slice(type.item, value) : this.#findings.mismatched(value, type);
      case 'map':
        return isObject(value) ? this.#map(type.value, value) : this.#findings.mismatched(value, type);
      case 'time':
      case 'microTime':
        return typeof value === 'string' ? canonicalizeTime(type.kind, value) : this.#findings.mismatched(value, { goName: 'string' });
      case 'quantity':
        return canonicalizeQuantity(typeof value === 'string' ? value : JSON.stringify(value));
      case 'intOrString':
        return typeof value === 'string' ? value : this.#integer({ kind: 'int32', goName: 'int32' }, value);
      case 'schemaOrBool':
        if (typeof value === 'boolean') return value;
        if (!isObject(value)) throw new Error('boolean or JSON schema expected');
        return this.#value(type.schema, value);
      case 'schemaOrArray':
        if (Array.isArray(value)) return this.#slice(type.schema, value);
        return isObject(value) ? this.#value(type.schema, value) : null;
      case 'schemaOrStringArray':
        if (Array.isArray(value)) return this.#slice({ kind: 'string', goName: 'string' }, value);
        return isObject(value) ? this.#value(type.schema, value) : null;
      case 'raw':
        return value;
    }
  }

  #integer(type: GoType, value: unknown): unknown {
    if (typeof value !== 'number') return this.#findings.mismatched(value, type);
    const fits = type.kind === 'int32' ? value === (value | 0) : Number.isInteger(value) && Math.abs(value) <= 2 ** 63;
    return fits ? value : this.#findings.mismatched(value, type, `number ${value}`);
  }

  #float(type: GoType, literal: string): unknown {
    if (type.kind === 'quantity') return canonicalizeQuantity(literal);
    const integer = type.kind === 'intOrString' ? { goName: 'int32' } : type.kind === 'int32' || type.kind === 'int64' ? type : undefined;
    return integer ? this.#findings.mismatched(Number(literal), integer, `number ${literal}`) : this.#value(type, Number(literal));
  }

  #slice(item: GoType, values: unknown[]): unknown[] {
    return values.map((value, i) => {
      if (value === null) return zeroValue(item);
      const mark = this.#findings.mark();
      const out = this.#value(item, value);
      if (this.#findings.changedSince(mark)) this.#findings.inside(mark, `[${i}]`);
      return out;
    });
  }

  #map(type: GoType, input: Record<string, unknown>): Record<string, unknown> {
    const repeated = this.#repeated?.get(input);
    const seen = new Map<string, unknown>();
    for (const [key, value] of repeated ?? []) {
      if (seen.has(key)) this.#findings.duplicate(key);
      seen.set(key, value);
    }
    // made from entries, a key may be any text, `__proto__` too
    return Object.fromEntries(Object.keys(input).sort().map((key) => {
      const mark = this.#findings.mark();
      const given = repeated ? seen.get(key) : input[key];
      // no bytes under a key are an empty text once they are stored
      const value = given === null ? (type.kind === 'bytes' ? '' : zeroValue(type)) : this.#value(type, given);
      if (this.#findings.changedSince(mark)) this.#findings.inside(mark, key);
      return [key, value];
    }));
  }
}

/** Base64 as it is written back; line breaks inside are not. */
export function base64(text: string): string {
  const plain = text.replace(/[\r\n]/g, '');
  const valid = /^[A-Za-z0-9+/]*/.exec(plain)?.[0].length ?? 0;
  const padding = plain.slice(valid);
  const expected = '='.repeat((4 - (valid % 4)) % 4);
  if (valid % 4 === 1 || padding !== expected) throw new Error(`illegal base64 data at input byte ${padding === '' || padding.startsWith('=') ? plain.length - (plain.length % 4) : valid}`);
  return plain;
}
