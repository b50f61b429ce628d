/**
 * What access reviews may look like.
 *
 * Upstream: pkg/apis/authorization/validation/validation.go.
 */
import type { Fields } from '../../apimachinery/access.ts';
import { invalid, newPath, required } from '../../apimachinery/field.ts';
import type { FieldError, Path } from '../../apimachinery/field.ts';
import type { KubeObject, ObjectMeta } from '../../apimachinery/types.ts';
import { validateFieldRequirement, validateLabelRequirement } from '../../apimachinery/validation/labels.ts';
import { newInvalid } from '../../http/status.ts';
import { specOf } from './types.ts';
import type { NonResourceAttributes, ResourceAttributes, SelectorAttributes, SubjectAccessReviewSpec } from './types.ts';

const spec = newPath('spec');
const resourcePath = newPath('spec.resourceAttributes');

/** Throws what upstream's registry throws: the kind of a decoded review is not known to it any more. */
export function refuseInvalid(errors: FieldError[]): void {
  if (errors.length > 0) throw newInvalid({ group: 'authorization.k8s.io', kind: '' }, '', errors);
}

export function validateSelfSubjectAccessReview(review: KubeObject): FieldError[] {
  return [...validateAttributes(specOf(review)), ...selectors(specOf(review).resourceAttributes), ...emptyMetadata(review.metadata, 'must be empty')];
}

export function validateSubjectAccessReview(review: KubeObject): FieldError[] {
  return [...validateSpec(specOf(review)), ...emptyMetadata(review.metadata, 'must be empty')];
}

export function validateLocalSubjectAccessReview(review: KubeObject): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = specOf(review);
  const { namespace = '', ...metadata } = review.metadata;
  const errors = [...validateSpec(specOf(review)), ...emptyMetadata(metadata, 'must be empty except for namespace', review.metadata)];
  const asked = resourceAttributes?.namespace ?? '';
  if (resourceAttributes && asked !== namespace) errors.push(invalid(resourcePath.child('namespace'), asked, 'must match metadata.namespace'));
  if (nonResourceAttributes) errors.push(invalid(spec.child('nonResourceAttributes'), goFields(nonResourceAttributes), 'disallowed on this kind of request'));
  return errors;
}

function validateSpec(review: SubjectAccessReviewSpec): FieldError[] {
  const errors = validateAttributes(review);
  if (!review.user && !review.groups?.length) errors.push(invalid(spec.child('user'), '', 'at least one of user or group must be specified'));
  return [...errors, ...selectors(review.resourceAttributes)];
}

function validateAttributes({ resourceAttributes, nonResourceAttributes }: SubjectAccessReviewSpec): FieldError[] {
  if (resourceAttributes && nonResourceAttributes) {
    return [invalid(spec.child('nonResourceAttributes'), goFields(nonResourceAttributes), 'cannot be specified in combination with resourceAttributes')];
  }
  if (resourceAttributes || nonResourceAttributes) return [];
  return [invalid(spec.child('resourceAttributes'), null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified')];
}

/** The value as upstream prints it: its internal type has no names for JSON. */
const goFields = ({ path = '', verb = '' }: NonResourceAttributes) => ({ Path: path, Verb: verb });

const isFilled = (value: unknown) => value !== undefined && value !== null && value !== '' && !(typeof value === 'object' && Object.keys(value).length === 0);

const filled = (meta: ObjectMeta) => Object.fromEntries(Object.entries(meta).filter(([, value]) => isFilled(value)));

function emptyMetadata({ managedFields: _, ...metadata }: ObjectMeta, detail: string, shown: ObjectMeta = metadata): FieldError[] {
  return Object.keys(filled(metadata)).length > 0 ? [invalid(newPath('metadata'), filled(shown), detail)] : [];
}

function selectors(attributes: ResourceAttributes | undefined): FieldError[] {
  return [
    ...selector(attributes?.fieldSelector, resourcePath.child('fieldSelector'), validateFieldRequirement),
    ...selector(attributes?.labelSelector, resourcePath.child('labelSelector'), (requirement, path) => validateLabelRequirement(requirement, path, true)),
  ];
}

function selector(attributes: SelectorAttributes | undefined, path: Path, validateRequirement: (requirement: Fields, path: Path) => FieldError[]): FieldError[] {
  if (!attributes) return [];
  const { rawSelector = '', requirements = [] } = attributes;
  const at = path.child('requirements');
  return [
    ...(rawSelector !== '' && requirements.length > 0 ? [invalid(path.child('rawSelector'), rawSelector, 'may not specified at the same time as requirements')] : []),
    ...(rawSelector === '' && requirements.length === 0 ? [required(at, `when ${path.toString()} is specified, requirements or rawSelector is required`)] : []),
    ...requirements.flatMap((requirement, i) => validateRequirement({ ...requirement }, at.index(i))),
  ];
}
