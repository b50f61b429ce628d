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
import { check } from '../checks.ts';
import type { KindValidation } from '../kinds.ts';
import { validateKubeObjectMeta, validateObjectMetaUpdate } from '../object-meta.ts';
import { nameIsDNSLabel } from '../object-names.ts';

const metadata = newPath('metadata');

function validateFinalizer(name: string, path: Path) {
  const reasons = check(isQualifiedName(name), name, path);
  if (reasons.length > 0 || name.includes('/') || ['kubernetes', 'orphan', 'foregroundDeletion'].includes(name)) return reasons;
  return [invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified')];
}

/** A namespace ends by being deleted, not by saying so. */
function validatePhase(obj: KubeObject) {
  const phase = text(struct(obj, 'status'), 'phase');
  const path = newPath('status', 'Phase');
  if (!obj.metadata.deletionTimestamp) return phase === 'Active' ? [] : [invalid(path, phase, "may only be 'Active' if `deletionTimestamp` is empty")];
  return phase === 'Terminating' ? [] : [invalid(path, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
}

export const namespace: KindValidation = {
  validate: (obj) => [
    ...validateKubeObjectMeta(obj.metadata, { namespaced: false, nameFn: nameIsDNSLabel }, metadata),
    ...strings(struct(obj, 'spec'), 'finalizers').flatMap((name) => validateFinalizer(name, newPath('spec', 'finalizers'))),
  ],
  validateUpdate: (obj, old) => validateObjectMetaUpdate(obj.metadata, old.metadata, metadata),
  subresources: {
    status: validatePhase,
    finalize: (obj) => strings(struct(obj, 'spec'), 'finalizers').flatMap((name, i) => validateFinalizer(name, newPath('spec', 'finalizers').index(i))),
  },
};
