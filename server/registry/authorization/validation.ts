/**
 * What access reviews may look like.
 *
 * Upstream: pkg/apis/authorization/validation/validation.go. Leaves out the checks of each requirement of a selector.
 */
import { invalid, newPath, required } from '../../apimachinery/field.ts';
import type { FieldError, Path } from '../../apimachinery/field.ts';
import type { KubeObject, ObjectMeta } from '../../apimachinery/types.ts';
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
  const errors = [...validateSpec(specOf(review)), ...emptyMetadata(metadata, 'must be empty except for namespace')];
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

function emptyMetadata({ managedFields: _, ...metadata }: ObjectMeta, detail: string): FieldError[] {
  const filled = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined && value !== null && value !== ''));
  return Object.keys(filled).length > 0 ? [invalid(newPath('metadata'), filled, detail)] : [];
}

function selectors(attributes: ResourceAttributes | undefined): FieldError[] {
  return [
    ...selector(attributes?.fieldSelector, resourcePath.child('fieldSelector')),
    ...selector(attributes?.labelSelector, resourcePath.child('labelSelector')),
  ];
}

function selector(attributes: SelectorAttributes | undefined, path: Path): FieldError[] {
  if (!attributes) return [];
  const { rawSelector = '', requirements = [] } = attributes;
  if (rawSelector !== '' && requirements.length > 0) return [invalid(path.child('rawSelector'), rawSelector, 'may not specified at the same time as requirements')];
  if (rawSelector !== '' || requirements.length > 0) return [];
  return [required(path.child('requirements'), `when ${path.toString()} is specified, requirements or rawSelector is required`)];
}
