/**
 * How strategic merge patches treat the fields of a type: which lists are merged, and by which key.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/strategicpatch/meta.go.
 */
import type { Schema } from '../schema.ts';
import type { Scheme } from '../scheme.ts';

export interface PatchMeta {
  /** The type inside: of the struct, or of the list's items. */
  schema: Schema;
  mergeKey: string;
  /** `merge`, `replace` or empty; whether keys are retained is the patch's affair. */
  strategy: string;
}

const retainKeys = 'retainKeys';

/** Throws for a field that the type does not have. */
export function lookupPatchMeta(scheme: Scheme, schema: Schema, key: string): PatchMeta {
  const type = scheme.resolve(schema);
  const field = type.properties?.[key] ?? type.additionalProperties;
  if (!field) throw new Error(`unable to find api field "${key}"`);
  const strategies = (field['x-kubernetes-patch-strategy'] ?? '').split(',').filter((s) => s !== retainKeys);
  return {
    schema: scheme.resolve(field.items ?? field),
    mergeKey: field['x-kubernetes-patch-merge-key'] ?? '',
    strategy: strategies[0] ?? '',
  };
}
