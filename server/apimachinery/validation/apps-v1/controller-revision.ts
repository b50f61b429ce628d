/**
 * ControllerRevisions: what a workload looked like once.
 *
 * Upstream: ValidateControllerRevisionCreate and -Update of pkg/apis/apps/validation/validation.go.
 */
import { isFields } from '../../access.ts';
import { newPath, required } from '../../field.ts';
import type { FieldError } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { validateImmutableField, validateNonnegativeFields } from '../checks.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';

const path = newPath('data');
const validateRevision = (obj: KubeObject) => validateNonnegativeFields(obj, ['revision'], newPath());

function validateData(data: unknown): FieldError[] {
  if (data === undefined || data === null) return [required(path, 'data is mandatory')];
  return isFields(data) ? [] : [required(path, 'data must be a valid JSON object')];
}

export const controllerRevision = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate: (obj) => [...validateRevision(obj), ...validateData(obj['data'])],
  order: ['meta', 'createMeta', 'own'],
  validateUpdate: (obj, old) => [...validateRevision(obj), ...validateImmutableField(obj['data'], old['data'], path)],
});
