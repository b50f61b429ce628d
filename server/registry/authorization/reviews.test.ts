import { expect, test } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { UserInfo } from '../../authentication/interfaces.ts';
import { AuthorizationError } from '../../authorization/interfaces.ts';
import type { Attributes, Authorizer } from '../../authorization/interfaces.ts';
import { newRBACAuthorizer } from '../../authorization/rbac.ts';
import { newStaticRBACSource } from '../../authorization/rbac-source.ts';
import type { RequestContext } from '../../http/context.ts';
import { newRequestInfoResolver } from '../../http/request-info.ts';
import type { RESTStorage, TableConvertor } from '../rest.ts';
import { newSelfSubjectRulesReviewREST } from './self-subject-rules-review.ts';
import { newLocalSubjectAccessReviewREST, newSelfSubjectAccessReviewREST, newSubjectAccessReviewREST } from './subject-access-review.ts';

const apiVersion = 'authorization.k8s.io/v1';
const rbac = 'rbac.authorization.k8s.io/v1';
const table: TableConvertor = { convertToTable: () => ({ apiVersion: 'meta.k8s.io/v1', kind: 'Table', metadata: {}, columnDefinitions: null, rows: [] }) };
const authorizer = newRBACAuthorizer(newStaticRBACSource([
  { apiVersion: rbac, kind: 'ClusterRole', metadata: { name: 'reader' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }, { nonResourceURLs: ['/version'], verbs: ['get'] }] },
  { apiVersion: rbac, kind: 'RoleBinding', metadata: { name: 'b', namespace: 'n' }, subjects: [{ kind: 'Group', name: 'viewers' }], roleRef: { kind: 'ClusterRole', name: 'reader' } },
]));
const carol: UserInfo = { name: 'carol', groups: ['viewers'] };
const resolver = newRequestInfoResolver({ apiPrefixes: ['apis'], grouplessAPIPrefixes: [] });

function create(rest: RESTStorage, kind: string, spec: object, metadata: object = {}, user: UserInfo | undefined = carol): Promise<KubeObject> {
  const at = rest.namespaced ? 'namespaces/n/' : '';
  const ctx = { user, requestInfo: resolver.resolve('POST', `/apis/${apiVersion}/${at}${kind.toLowerCase()}s`) } as RequestContext;
  return rest.create!(ctx, { apiVersion, kind, metadata, spec }, () => Promise.resolve(), { dryRun: false, fieldManager: '', fieldValidation: 'Strict' });
}

const listPods = { resourceAttributes: { namespace: 'n', verb: 'list', resource: 'pods' } };
const allowed = { allowed: true, reason: 'RBAC: allowed by RoleBinding "b/n" of ClusterRole "reader" to Group "viewers"' };

test.each<[string, RESTStorage, object, object]>([
  ['SelfSubjectAccessReview', newSelfSubjectAccessReviewREST(authorizer, table), listPods, allowed],
  ['SelfSubjectAccessReview', newSelfSubjectAccessReviewREST(authorizer, table), { resourceAttributes: { verb: 'list', resource: 'pods' } }, { allowed: false }],
  ['SelfSubjectAccessReview', newSelfSubjectAccessReviewREST(authorizer, table), { nonResourceAttributes: { path: '/version', verb: 'get' } }, { allowed: false }],
  ['SubjectAccessReview', newSubjectAccessReviewREST(authorizer, table), { user: 'x', groups: ['viewers'], ...listPods }, allowed],
  ['SubjectAccessReview', newSubjectAccessReviewREST(authorizer, table), { user: 'carol', ...listPods }, { allowed: false }],
])('%s answers what was sent, with a status', async (kind, rest, spec, status) => {
  expect(await create(rest, kind, spec)).toEqual({ apiVersion, kind, metadata: {}, spec, status });
});

test('LocalSubjectAccessReview keeps its namespace', async () => {
  const review = await create(newLocalSubjectAccessReviewREST(authorizer, table), 'LocalSubjectAccessReview', { groups: ['viewers'], ...listPods }, { namespace: 'n' });
  expect(review).toMatchObject({ metadata: { namespace: 'n' }, status: allowed });
});

const both = { nonResourceAttributes: { path: '/x', verb: 'get' }, resourceAttributes: { verb: 'get', resource: 'pods' } };
const prefix = '.authorization.k8s.io "" is invalid: ';

test.each<[what: string, make: (a: Authorizer, t: TableConvertor) => RESTStorage, spec: object, metadata: object, message: string]>([
  ['nothing asked', newSelfSubjectAccessReviewREST, {}, {}, `${prefix}spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified`],
  ['two things asked', newSelfSubjectAccessReviewREST, both, {}, `${prefix}spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":"get"}: cannot be specified in combination with resourceAttributes`],
  ['nobody asked about', newSubjectAccessReviewREST, { resourceAttributes: { verb: 'x' } }, {}, `${prefix}spec.user: Invalid value: "": at least one of user or group must be specified`],
  ['another namespace', newLocalSubjectAccessReviewREST, { user: 'a', resourceAttributes: { namespace: 'other', verb: 'x' } }, { namespace: 'n' }, `${prefix}spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace`],
  ['a selector that says nothing', newSelfSubjectAccessReviewREST, { resourceAttributes: { verb: 'x', labelSelector: {} } }, {}, `${prefix}spec.resourceAttributes.labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required`],
])('refuses %s', async (_what, make, spec, metadata, message) => {
  await expect(create(make(authorizer, table), 'Review', spec, metadata)).rejects.toMatchObject({ message, status: { code: 422, details: { group: 'authorization.k8s.io' } } });
});

test('takes metadata that says nothing for none', async () => {
  const rest = newSelfSubjectAccessReviewREST(authorizer, table);
  expect(await create(rest, 'SelfSubjectAccessReview', listPods, { name: '', labels: {}, finalizers: [] })).toMatchObject({ status: allowed });
  await expect(create(rest, 'SelfSubjectAccessReview', listPods, { labels: { a: 'b' } })).rejects.toThrow(`${prefix}metadata: Invalid value: {"labels":{"a":"b"}}: must be empty`);
});

test.each([
  [{ fieldSelector: { rawSelector: 'metadata.name' } }, 'spec.resourceAttributes.fieldSelector ignored due to parse error'],
  [{ labelSelector: { requirements: [{ key: 'a', operator: 'In', values: ['b'] }, { key: 'a', operator: 'Like' }] } }, 'spec.resourceAttributes.labelSelector partially ignored due to parse error'],
])('tells of a selector that it could not read: %j', async (selector, evaluationError) => {
  const review = await create(newSelfSubjectAccessReviewREST(authorizer, table), 'SelfSubjectAccessReview', { resourceAttributes: { verb: 'get', ...selector } });
  expect(review.status).toEqual({ allowed: false, evaluationError });
});

test.each([
  [{ fieldSelector: { rawSelector: 'spec.nodeName=one' } }, { fieldSelector: [{ field: 'spec.nodeName', operator: '=', value: 'one' }] }],
  [{ fieldSelector: { requirements: [{ key: 'a', operator: 'NotIn', values: ['b'] }, { key: 'a', operator: 'Exists' }] } }, { fieldSelector: [{ field: 'a', operator: '!=', value: 'b' }] }],
  [{ labelSelector: { rawSelector: 'a in (b)' } }, { labelSelector: [{ key: 'a', operator: 'in', values: ['b'] }] }],
  [{ labelSelector: { requirements: [{ key: 'a', operator: 'Exists' }] } }, { labelSelector: [{ key: 'a', operator: 'exists', values: [] }] }],
])('asks about what a list is narrowed to: %j', async (selector, attributes) => {
  const asked: Attributes[] = [];
  const asking: Authorizer = { authorize: (_ctx, a) => (asked.push(a), { decision: 'allow', reason: '' }) };
  await create(newSelfSubjectAccessReviewREST(asking, table), 'SelfSubjectAccessReview', { resourceAttributes: { verb: 'list', resource: 'pods', ...selector } });
  expect(asked).toMatchObject([attributes]);
});

test('tells of an authorizer that failed, and whether that denies', async () => {
  const failing: Authorizer = {
    authorize() {
      throw new AuthorizationError('webhook is gone', { decision: 'deny', reason: '' });
    },
  };
  const review = await create(newSelfSubjectAccessReviewREST(failing, table), 'SelfSubjectAccessReview', listPods);
  expect(review.status).toEqual({ allowed: false, denied: true, evaluationError: 'webhook is gone' });
});

test('SelfSubjectRulesReview lists the rules of whoever asks', async () => {
  const review = await create(newSelfSubjectRulesReviewREST(authorizer, table), 'SelfSubjectRulesReview', { namespace: 'n' });
  expect(review).toEqual({
    apiVersion, kind: 'SelfSubjectRulesReview', metadata: {}, spec: {},
    status: { resourceRules: [{ verbs: ['list'], apiGroups: [''], resources: ['pods'] }], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/version'] }], incomplete: false },
  });
});

test('SelfSubjectRulesReview needs a namespace', async () => {
  await expect(create(newSelfSubjectRulesReviewREST(authorizer, table), 'SelfSubjectRulesReview', {})).rejects.toMatchObject({ message: 'no namespace on request', status: { code: 400 } });
});
