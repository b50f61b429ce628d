/**
 * What merging has to know of a type: whether its values are taken as one, or field by field and item by item.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/schema/elements.go, typed/helpers.go (deduceAtom, handleAtom).
 */
import type { PathElement } from '../fieldpath/path-element.ts';

export interface ScalarType {
  readonly is: 'scalar';
  readonly scalar: 'numeric' | 'string' | 'boolean' | 'untyped';
}

export interface StructField {
  readonly type: TypeRef;
  readonly element: PathElement;
  readonly default: unknown;
}

export interface MapType {
  readonly is: 'map';
  readonly atomic: boolean;
  readonly fields: ReadonlyMap<string, StructField>;
  /** Of what is no declared field; undefined where there may be nothing else. */
  readonly rest: TypeRef | undefined;
}

export interface ListType {
  readonly is: 'list';
  readonly atomic: boolean;
  /** Of a list that is a map; empty for a set. */
  readonly keys: readonly string[];
  readonly items: TypeRef;
}

/** More than one where the type leaves it to the value; never none. */
export interface Atom {
  readonly map?: MapType | undefined;
  readonly scalar?: ScalarType | undefined;
  readonly list?: ListType | undefined;
}

/** Reached through a getter, because types contain themselves. */
export interface TypeRef {
  readonly atom: Atom;
}

/** The form of the type that the value takes. One that fits none takes the first, which validation then refuses. */
export function deduceType({ map, scalar, list }: Atom, value: unknown): MapType | ScalarType | ListType {
  if (value !== null && value !== undefined) {
    const fitting = typeof value !== 'object' ? scalar : Array.isArray(value) ? list : map;
    if (fitting) return fitting;
  }
  return (map ?? scalar ?? list)!;
}

/** The type of a map's entry; undefined where the schema declares none. */
export function entryType(type: MapType, key: string): TypeRef | undefined {
  return type.fields.get(key)?.type ?? type.rest;
}
