/**
 * The validator checks complete (defaulted) objects of every kind.
 *
 * Upstream: the Validate and ValidateUpdate of the strategies in pkg/registry.
 */
import type { FieldError } from '../field.ts';
import type { Scheme } from '../scheme.ts';
import type { KubeObject } from '../types.ts';
import { parseGroupVersion } from '../types.ts';
import { kindValidations } from './kinds.ts';
import type { KindValidation } from './kind-validation.ts';
import { validateStructure } from './structure.ts';

export interface Validator extends Pick<KindValidation, 'validate' | 'validateUpdate'> {
  /** What a write through a subresource has to pass. */
  validateSubresource(subresource: string, obj: KubeObject, old: KubeObject): FieldError[];
}

export function newValidator(scheme: Scheme): Validator {
  const bySchema: KindValidation = {
    validate: (obj) => validateStructure(scheme, obj),
    validateUpdate: (obj) => validateStructure(scheme, obj),
  };
  const of = (obj: KubeObject) => kindValidations[`${parseGroupVersion(obj.apiVersion)?.group ?? ''}/${obj.kind}`] ?? bySchema;
  return {
    validate: (obj) => of(obj).validate(obj),
    validateUpdate: (obj, old) => of(obj).validateUpdate(obj, old),
    validateSubresource: (subresource, obj, old) => of(obj).subresources?.[subresource]?.(obj, old) ?? [],
  };
}
