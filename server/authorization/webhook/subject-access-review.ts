/**
 * The question to a webhook, in v1 or v1beta1, and its answer.
 *
 * Upstream: k8s.io/apiserver/plugin/pkg/authorizer/webhook/webhook.go, k8s.io/api/authorization.
 */
import { decodeTyped } from '../../apimachinery/serializer/typed/decode.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { structOf } from '../go-struct.ts';
import type { Attributes } from '../interfaces.ts';

export const REVIEW_VERSIONS = ['v1', 'v1beta1'] as const;
export type ReviewVersion = (typeof REVIEW_VERSIONS)[number];

export interface ReviewStatus {
  allowed?: boolean;
  denied?: boolean;
  reason?: string;
}

/** In Go's order of fields; what is empty is left out. v1beta1 calls the groups `group`. */
export function reviewOf(a: Attributes, version: ReviewVersion): KubeObject {
  const { name, uid, groups, extra = {} } = a.user;
  const spec = present({
    resourceAttributes: a.isResourceRequest ? resourceAttributes(a) : undefined,
    nonResourceAttributes: a.isResourceRequest ? undefined : present({ path: a.path, verb: a.verb }),
    user: name,
    [version === 'v1' ? 'groups' : 'group']: groups.length > 0 ? groups : undefined,
    extra: Object.keys(extra).length > 0 ? Object.fromEntries(Object.entries(extra).sort(([k], [l]) => (k < l ? -1 : 1))) : undefined,
    uid,
  });
  return { kind: 'SubjectAccessReview', apiVersion: `authorization.k8s.io/${version}`, metadata: {}, spec, status: { allowed: false } };
}

/** How a review names what a selector's requirement wants; of others it does not know. */
const operators = { '=': 'In', '==': 'In', in: 'In', '!=': 'NotIn', notin: 'NotIn', exists: 'Exists', '!': 'DoesNotExist', gt: undefined, lt: undefined } as const;

function resourceAttributes(a: Attributes): object {
  const fields = (a.fieldSelector ?? []).map(({ field, operator, value }) => ({ key: field, operator: operators[operator], values: [value] }));
  const labels = (a.labelSelector ?? []).filter(({ operator }) => operators[operator]).map(({ key, operator, values }) => ({ key, operator: operators[operator], ...(values.length > 0 && { values }) }));
  return present({
    namespace: a.namespace,
    verb: a.verb,
    group: a.apiGroup,
    version: a.apiVersion,
    resource: a.resource,
    subresource: a.subresource,
    name: a.name,
    fieldSelector: fields.length > 0 ? { requirements: fields } : undefined,
    labelSelector: labels.length > 0 ? { requirements: labels } : undefined,
  });
}

const present = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));

const reviewType = (version: ReviewVersion) =>
  structOf(`${version}.SubjectAccessReview`, { status: structOf(`${version}.SubjectAccessReviewStatus`, { allowed: 'bool', denied: 'bool', reason: 'string', evaluationError: 'string' }) });

/** Throws Go's error for an answer that is not what it should be. */
export function statusOf(review: KubeObject, version: ReviewVersion): ReviewStatus {
  const { status }: { status?: ReviewStatus } = decodeTyped(reviewType(version), review, { strict: false }).value;
  return status ?? {};
}
