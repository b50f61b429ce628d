/**
 * An object of one kind in the form that Go's type gives it: the empty one, and any one after merging.
 *
 * Upstream: the conversions from typed values to versioned objects (structuredmerge.go, toVersioned), and
 * runtime.ObjectCreater. A kind without a Go type keeps the form that it has.
 */
import type { Scheme } from '../scheme.ts';
import { withTypeMeta } from '../serializer/object-decoder.ts';
import { decodeTyped } from '../serializer/typed/decode.ts';
import { fromUnstructured } from '../serializer/typed/from-unstructured.ts';
import type { StructType } from '../serializer/typed/go-type.ts';
import { GoTypes } from '../serializer/typed/go-types.ts';
import type { GroupVersionKind, KubeObject } from '../types.ts';
import { formatGVK } from './applied-object.ts';

export interface ObjectForm {
  /** What a new object of the kind holds before anything is set. */
  empty(): KubeObject;
  /** Throws where the type cannot hold the value. */
  of(value: object): KubeObject;
}

export function newObjectForm(scheme: Scheme, kind: GroupVersionKind): ObjectForm {
  const types = new GoTypes(scheme);
  const of = (value: object) => {
    const type = types.forKind(kind);
    return withTypeMeta(type ? decodeTyped(type, converted(type, value), { strict: false }).value : { ...value }, kind);
  };
  const converted = (type: StructType, value: object) => {
    try {
      return fromUnstructured(type, value) as object;
    } catch (err) {
      throw new Error(`unable to convert unstructured object to ${formatGVK(kind)}: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
    }
  };
  let empty: KubeObject | undefined;
  return { of, empty: () => (empty ??= of({ metadata: {} })) };
}
