/**
 * A set together with the declared fields on the way to its members: who owns `spec.replicas` keeps `spec` in place.
 *
 * Upstream: sigs.k8s.io/structured-merge-diff/v6/fieldpath/set.go (EnsureNamedFieldsAreMembers).
 */
import type { FieldSet } from '../fieldpath/set.ts';
import { branch } from '../fieldpath/set.ts';
import type { TypeRef } from './atom.ts';

export function ensureNamedFieldsAreMembers(set: FieldSet, ref: TypeRef | undefined): FieldSet {
  if (!set.children) return set;
  const { map, list } = ref?.atom ?? {};
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const isField = element.startsWith('f:');
    const field = isField ? map?.fields.get(element.slice(2)) : undefined;
    const inner = isField ? (field?.type ?? map?.rest) : element.startsWith('k:') ? list?.items : undefined;
    const named = ensureNamedFieldsAreMembers(child, inner);
    children.set(element, branch(named.member || field !== undefined, named.children));
  }
  return branch(set.member, children);
}
