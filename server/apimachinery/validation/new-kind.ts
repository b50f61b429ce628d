/**
 * Makes the validation of a kind: its metadata first, then its own fields.
 *
 * Upstream: the shape that ValidateX, ValidateXUpdate and ValidateXStatusUpdate of pkg/apis share.
 */
import { newPath } from '../field.ts';
import type { FieldError } from '../field.ts';
import type { KubeObject } from '../types.ts';
import type { KindValidation, ValidateUpdateFunc } from './kind-validation.ts';
import { validateKubeObjectMeta, validateKubeObjectMetaUpdate } from './object-meta.ts';
import type { ValidateNameFunc } from './object-names.ts';

/** The update of the metadata; the metadata as a create has it, or all of a create; what updates have to pass alone. */
type UpdateStep = 'meta' | 'createMeta' | 'create' | 'own';

interface KindRules {
  namespaced: boolean;
  nameFn: ValidateNameFunc;
  /** Its own fields; `old` is what an update was made from. */
  validate(obj: KubeObject, old?: KubeObject): FieldError[];
  /** What an update has to pass; without it, what a create has to. */
  validateUpdate?: ValidateUpdateFunc;
  /** How an update is checked: kinds differ, and the same error may be told twice. */
  order?: readonly UpdateStep[];
  /** How metadata is checked on its own; most built-in kinds know finalizers without a domain. */
  validateMeta?: typeof validateKubeObjectMeta;
  validateMetaUpdate?: typeof validateKubeObjectMetaUpdate;
  /** Further checks of updates through a subresource, by its name. */
  subresources?: Record<string, ValidateUpdateFunc>;
}

export const metadata = newPath('metadata');
const none = () => [];

export function newKind(rules: KindRules): KindValidation {
  const { namespaced, nameFn, validate, order = ['meta', 'own'], validateMeta = validateKubeObjectMeta, validateMetaUpdate = validateKubeObjectMetaUpdate, subresources = {} } = rules;
  const { validateUpdate = order.includes('create') ? none : validate } = rules;
  const createMeta = (obj: KubeObject) => validateMeta(obj.metadata, { namespaced, nameFn }, metadata);
  const create = (obj: KubeObject, old?: KubeObject) => [...createMeta(obj), ...validate(obj, old)];
  const steps: Record<UpdateStep, ValidateUpdateFunc> = {
    meta: (obj, old) => validateMetaUpdate(obj.metadata, old.metadata, metadata),
    createMeta,
    create,
    own: validateUpdate,
  };
  return {
    validate: (obj) => create(obj),
    validateUpdate: (obj, old) => order.flatMap((step) => steps[step](obj, old)),
    subresources: Object.fromEntries(Object.entries(subresources).map(([name, update]) => [name, (obj: KubeObject, old: KubeObject) => [...steps.meta(obj, old), ...update(obj, old)]])),
  };
}
