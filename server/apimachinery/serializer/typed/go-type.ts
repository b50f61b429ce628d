/**
 * The Go types behind the API, as far as bytes show them: which fields a struct has and in what order, which of them
 * are pointers, which are written even when empty, and their numbers on the protobuf wire.
 *
 * Upstream: k8s.io/api and k8s.io/apimachinery/pkg/apis/meta/v1, the types.go of each package. Fields of
 * embedded structs stand in the struct around them, as they do in JSON.
 */
export type ScalarKind = 'string' | 'int32' | 'int64' | 'float64' | 'bool' | 'bytes';

/** Types that write themselves, by methods of their own. */
export type SpecialKind =
  | 'time'
  | 'microTime'
  | 'quantity'
  | 'intOrString'
  /** Any JSON, kept as it is: RawExtension, FieldsV1, apiextensions' JSON. */
  | 'raw'
  /** apiextensions' JSONSchemaPropsOr…: a schema, or something simpler. */
  | 'schemaOrBool'
  | 'schemaOrArray'
  | 'schemaOrStringArray';

export type GoType =
  | { readonly kind: ScalarKind | 'time' | 'microTime' | 'quantity' | 'intOrString' | 'raw'; readonly goName: string }
  | { readonly kind: 'schemaOrBool' | 'schemaOrArray' | 'schemaOrStringArray'; readonly goName: string; readonly schema: GoType }
  | { readonly kind: 'slice'; readonly goName: string; readonly item: GoType }
  | { readonly kind: 'map'; readonly goName: string; readonly value: GoType }
  | StructType;

export interface StructType {
  readonly kind: 'struct';
  /** With its package, as Go prints it: `v1.PodSpec`. */
  readonly goName: string;
  readonly fields: Field[];
  readonly byName: Map<string, Field>;
  /** Of fields that stand in a struct which Go embeds: its path, `VolumeSource.`. */
  readonly embedded?: ReadonlyMap<Field, string>;
  /** By number, in ascending order; empty for a type that has no message. */
  readonly wire: Wire;
}

export interface Field {
  readonly name: string;
  /** Its place in `fields`. */
  readonly index: number;
  readonly type: GoType;
  readonly pointer: boolean;
  /** Written even when empty: no `omitempty`, or a struct, which Go never takes for empty. */
  readonly keep: boolean;
  /** Whether it matters that an empty list was sent, and not none. */
  readonly mayBeEmpty?: boolean;
}

/** A number on the wire: a field, a list in a message of its own, or the struct that Go embeds and JSON does not show. */
export type WireField =
  | { readonly is: 'field'; readonly field: Field }
  | { readonly is: 'wrapped'; readonly field: Field }
  | { readonly is: 'embedded'; readonly name: string; readonly wire: Wire };

export type Wire = Map<number, WireField>;

/** What Go has where nothing was said and the type is no pointer; undefined for what stays nil and unwritten. */
export function zeroValue(type: GoType): unknown {
  switch (type.kind) {
    case 'string':
      return '';
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return 0;
    case 'bool':
    case 'schemaOrBool':
      return false;
    case 'quantity':
      return '0';
    case 'struct':
      return assemble(type, []);
    default:
      return null;
  }
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object') return value === '' || value === 0 || value === false;
  if (Array.isArray(value)) return value.length === 0;
  return value === null || !hasKeys(value);
}

function hasKeys(value: object): boolean {
  for (const _ in value) return true;
  return false;
}

/** Builds a struct's JSON form from the values of its fields, which stand at their `index`, as Go's encoder would write it. */
export function assemble(type: StructType, values: unknown[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of type.fields) {
    const value = values[field.index];
    if (value === undefined || value === null) {
      if (field.keep) out[field.name] = field.pointer ? null : zeroValue(field.type);
    } else if (field.keep || field.pointer || field.mayBeEmpty || !isEmpty(value)) {
      out[field.name] = value;
    }
  }
  return out;
}
