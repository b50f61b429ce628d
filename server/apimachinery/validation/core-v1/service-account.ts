/**
 * Service accounts.
 *
 * Upstream: ValidateServiceAccount and ValidateServiceAccountUpdate of pkg/apis/core/validation/validation.go.
 */
import { newPath } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import type { KindValidation } from '../kinds.ts';
import { validateKubeObjectMeta, validateObjectMetaUpdate } from '../object-meta.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';

const metadata = newPath('metadata');
const validate = (obj: KubeObject) => validateKubeObjectMeta(obj.metadata, { namespaced: true, nameFn: nameIsDNSSubdomain }, metadata);

export const serviceAccount: KindValidation = {
  validate,
  validateUpdate: (obj, old) => [...validateObjectMetaUpdate(obj.metadata, old.metadata, metadata), ...validate(obj)],
};
