/**
 * Makes the validation of a kind: its metadata first, then its own fields.
 *
 * Upstream: the shape that ValidateX, ValidateXUpdate and ValidateXStatusUpdate of pkg/apis share.
 */
import { newPath } from '../field.ts';
import type { FieldError } from '../field.ts';
import type { KubeObject } from '../types.ts';
import type { KindValidation, ValidateUpdateFunc } from './kinds.ts';
import { validateKubeObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import type { ValidateNameFunc } from './object-names.ts';

export interface KindRules {
  namespaced: boolean;
  nameFn: ValidateNameFunc;
  validate(obj: KubeObject): FieldError[];
  /** What an update has to pass; without it, what a create has to. */
  validateUpdate?: ValidateUpdateFunc;
  /** Further checks of updates through a subresource, by its name. */
  subresources?: Record<string, ValidateUpdateFunc>;
}

export const metadata = newPath('metadata');

export function newKind({ namespaced, nameFn, validate, validateUpdate = validate, subresources = {} }: KindRules): KindValidation {
  const withMeta = (update: ValidateUpdateFunc): ValidateUpdateFunc => (obj, old) => [...validateObjectMetaUpdate(obj.metadata, old.metadata, metadata), ...update(obj, old)];
  return {
    validate: (obj) => [...validateKubeObjectMeta(obj.metadata, { namespaced, nameFn }, metadata), ...validate(obj)],
    validateUpdate: withMeta(validateUpdate),
    subresources: Object.fromEntries(Object.entries(subresources).map(([name, update]) => [name, withMeta(update)])),
  };
}
