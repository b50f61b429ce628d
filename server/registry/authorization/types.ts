/**
 * The reviews of authorization.k8s.io/v1.
 *
 * Upstream: k8s.io/api/authorization/v1/types.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';

export interface SelectorAttributes {
  rawSelector?: string;
  requirements?: { key: string; operator: string; values?: string[] }[];
}

export interface ResourceAttributes {
  namespace?: string;
  verb?: string;
  group?: string;
  version?: string;
  resource?: string;
  subresource?: string;
  name?: string;
  fieldSelector?: SelectorAttributes;
  labelSelector?: SelectorAttributes;
}

export interface NonResourceAttributes {
  path?: string;
  verb?: string;
}

export interface SubjectAccessReviewSpec {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: NonResourceAttributes;
  user?: string;
  groups?: string[];
  uid?: string;
  extra?: Record<string, string[]>;
}

export interface SubjectAccessReviewStatus {
  allowed: boolean;
  denied?: true;
  reason?: string;
  evaluationError?: string;
}

/** The spec of a review that was decoded by its schema, so that its fields have the types they say. */
export function specOf(review: KubeObject): SubjectAccessReviewSpec {
  return (review.spec ?? {});
}
