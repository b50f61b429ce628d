/**
 * Namespaces.
 *
 * Upstream: ValidateNamespace and ValidateNamespaceUpdate of pkg/apis/core/validation/validation.go.
 */
import { strings, struct, text } from '../../access.ts';
import { invalid, newPath } from '../../field.ts';
import type { Path } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import type { KubeObject } from '../../types.ts';
import { check, eachSliceVal } from '../checks.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSLabel } from '../object-names.ts';

function validateFinalizer(name: string, path: Path) {
  const known = name.includes('/') || ['kubernetes', 'orphan', 'foregroundDeletion'].includes(name);
  return [...check(isQualifiedName(name), name, path), ...(known ? [] : [invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified')])];
}

/** A namespace ends by being deleted, not by saying so. */
function validatePhase(obj: KubeObject) {
  const phase = text(struct(obj, 'status'), 'phase');
  const path = newPath('status', 'Phase');
  if (!obj.metadata.deletionTimestamp) return phase === 'Active' ? [] : [invalid(path, phase, "may only be 'Active' if `deletionTimestamp` is empty")];
  return phase === 'Terminating' ? [] : [invalid(path, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
}

export const namespace = newKind({
  namespaced: false,
  nameFn: nameIsDNSLabel,
  validate: (obj) => strings(struct(obj, 'spec'), 'finalizers').flatMap((name) => validateFinalizer(name, newPath('spec', 'finalizers'))),
  order: ['create', 'meta'],
  subresources: {
    status: validatePhase,
    finalize: (obj) => eachSliceVal(strings(struct(obj, 'spec'), 'finalizers'), newPath('spec', 'finalizers'), validateFinalizer),
  },
});
