import { expect, test } from 'vitest';
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { KubeObject } from '../apimachinery/types.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import type { RequestContext } from '../http/context.ts';
import type { Attributes, AuthorizerResult } from './interfaces.ts';
import { newRBACAuthorizer } from './rbac.ts';
import { RBACIndex, newStaticRBACSource } from './rbac-source.ts';
import type { RBACSource } from './rbac-source.ts';
import type { PolicyRule, Subject } from './rules.ts';

const ctx = {} as RequestContext;
const apiVersion = 'rbac.authorization.k8s.io/v1';
const alice: UserInfo = { name: 'alice', groups: ['dev', 'system:authenticated'] };
const ask = (a: Partial<Attributes>): Attributes => ({
  user: alice, verb: 'get', isResourceRequest: a.path === undefined, path: '', namespace: '', apiGroup: '', apiVersion: 'v1', resource: '', subresource: '', name: '', ...a,
});
const clusterRole = (name: string, rules: PolicyRule[], more: object = {}): KubeObject => ({ apiVersion, kind: 'ClusterRole', metadata: { name, ...more }, rules });
const binding = (name: string, subject: Subject, role: string, namespace?: string, roleKind = 'ClusterRole'): KubeObject => ({
  apiVersion, kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding', metadata: { name, ...(namespace && { namespace }) }, subjects: [subject], roleRef: { kind: roleKind, name: role },
});
const decide = (source: RBACSource, attributes: Partial<Attributes>) => newRBACAuthorizer(source).authorize(ctx, ask(attributes)) as AuthorizerResult;

const pods = (rule: Partial<PolicyRule>): PolicyRule => ({ apiGroups: [''], resources: ['pods'], verbs: ['get'], ...rule });
const rules: [what: string, rule: PolicyRule, attributes: Partial<Attributes>, allowed: boolean][] = [
  ['the same', pods({}), { resource: 'pods' }, true],
  ['another verb', pods({}), { resource: 'pods', verb: 'list' }, false],
  ['any verb', pods({ verbs: ['*'] }), { resource: 'pods', verb: 'list' }, true],
  ['another group', pods({}), { resource: 'pods', apiGroup: 'apps' }, false],
  ['any group', pods({ apiGroups: ['*'] }), { resource: 'pods', apiGroup: 'apps' }, true],
  ['any resource', pods({ resources: ['*'] }), { resource: 'x', subresource: 'y' }, true],
  ['a subresource by the resource', pods({}), { resource: 'pods', subresource: 'log' }, false],
  ['a subresource', pods({ resources: ['pods/log'] }), { resource: 'pods', subresource: 'log' }, true],
  ['the resource by a subresource', pods({ resources: ['pods/log'] }), { resource: 'pods' }, false],
  ['a subresource of anything', pods({ resources: ['*/scale'] }), { resource: 'deployments', subresource: 'scale' }, true],
  ['another subresource of anything', pods({ resources: ['*/scale'] }), { resource: 'deployments', subresource: 'status' }, false],
  ['all subresources, which there is no form for', pods({ resources: ['pods/*'] }), { resource: 'pods', subresource: 'log' }, false],
  ['a named object', pods({ resourceNames: ['a'] }), { resource: 'pods', name: 'a' }, true],
  ['another object', pods({ resourceNames: ['a'] }), { resource: 'pods', name: 'b' }, false],
  ['no name where one is needed', pods({ resourceNames: ['a'] }), { resource: 'pods' }, false],
  ['a path', { verbs: ['get'], nonResourceURLs: ['/version'] }, { path: '/version' }, true],
  ['a longer path', { verbs: ['get'], nonResourceURLs: ['/version'] }, { path: '/version/' }, false],
  ['a path below', { verbs: ['get'], nonResourceURLs: ['/apis/*'] }, { path: '/apis/apps/v1' }, true],
  ['any path', { verbs: ['get'], nonResourceURLs: ['*'] }, { path: '/x' }, true],
  ['a path by a rule for resources', pods({ resources: ['*'] }), { path: '/x' }, false],
];

test.each(rules)('a rule matches %s', (_what, rule, attributes, allowed) => {
  const source = newStaticRBACSource([clusterRole('r', [rule]), binding('b', { kind: 'User', name: 'alice' }, 'r')]);
  expect(decide(source, attributes).decision).toBe(allowed ? 'allow' : 'noOpinion');
});

const sa: UserInfo = { name: 'system:serviceaccount:ns:sa', groups: [] };
const subjects: [what: string, object: KubeObject, attributes: Partial<Attributes>, reason: string][] = [
  ['a user', binding('b', { kind: 'User', name: 'alice' }, 'r'), {}, 'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to User "alice"'],
  ['a group', binding('b', { kind: 'Group', name: 'dev' }, 'r'), {}, 'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to Group "dev"'],
  ['a service account', binding('b', { kind: 'ServiceAccount', name: 'sa', namespace: 'ns' }, 'r'), { user: sa }, 'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to ServiceAccount "sa/ns"'],
  ['a service account of the binding\'s namespace', binding('b', { kind: 'ServiceAccount', name: 'sa' }, 'r', 'ns'), { user: sa, namespace: 'ns' }, 'RBAC: allowed by RoleBinding "b/ns" of ClusterRole "r" to ServiceAccount "sa/ns"'],
  ['a user in a namespace', binding('b', { kind: 'User', name: 'alice' }, 'local', 'ns', 'Role'), { namespace: 'ns' }, 'RBAC: allowed by RoleBinding "b/ns" of Role "local" to User "alice"'],
  ['a user in another namespace', binding('b', { kind: 'User', name: 'alice' }, 'r', 'ns'), { namespace: 'other' }, ''],
  ['a user of all namespaces', binding('b', { kind: 'User', name: 'alice' }, 'r', 'ns'), {}, ''],
  ['someone else', binding('b', { kind: 'User', name: 'bob' }, 'r'), {}, ''],
  ['a role that is gone', binding('b', { kind: 'User', name: 'alice' }, 'gone'), {}, 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'],
];

test.each(subjects)('a binding to %s', (_what, object, attributes, reason) => {
  const roles = [clusterRole('r', [pods({})]), { apiVersion, kind: 'Role', metadata: { name: 'local', namespace: 'ns' }, rules: [pods({})] }];
  expect(decide(newStaticRBACSource([...roles, object]), { resource: 'pods', ...attributes }).reason).toBe(reason);
});

const fresh = newStaticRBACSource(Object.values(bootstrap).flat());

test.each<[Partial<Attributes>, string]>([
  [{ path: '/version' }, 'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"'],
  [{ path: '/version', user: { name: 'system:anonymous', groups: ['system:unauthenticated'] } }, 'RBAC: allowed by ClusterRoleBinding "system:public-info-viewer" of ClusterRole "system:public-info-viewer" to Group "system:unauthenticated"'],
  [{ path: '/apis', user: { name: 'system:anonymous', groups: ['system:unauthenticated'] } }, ''],
  [{ verb: 'create', apiGroup: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' }, 'RBAC: allowed by ClusterRoleBinding "system:basic-user" of ClusterRole "system:basic-user" to Group "system:authenticated"'],
  [{ resource: 'pods', namespace: 'default' }, ''],
  [{ verb: 'update', apiGroup: 'apps', resource: 'deployments', user: { name: 'root', groups: ['system:masters'] } }, 'RBAC: allowed by ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"'],
])('a fresh server decides on %j', (attributes, reason) => {
  expect(decide(fresh, attributes).reason).toBe(reason);
});

test.each([
  ['view', 'pods', 'get', true],
  ['view', 'pods', 'delete', false],
  ['view', 'secrets', 'get', false],
  ['edit', 'pods', 'delete', true],
  ['edit', 'pods', 'get', true],
  ['edit', 'rolebindings', 'create', false],
  ['admin', 'rolebindings', 'create', true],
  ['admin', 'pods', 'delete', true],
])('the aggregated role %s lets %s be %s: %s', (role, resource, verb, allowed) => {
  const source = newStaticRBACSource([...(bootstrap.clusterroles ?? []), binding('b', { kind: 'User', name: 'alice' }, role, 'n')]);
  const apiGroup = resource === 'rolebindings' ? 'rbac.authorization.k8s.io' : '';
  expect(decide(source, { resource, verb, apiGroup, namespace: 'n' }).decision === 'allow').toBe(allowed);
});

test('follows what a watch says', () => {
  const index = new RBACIndex();
  const allowed = () => decide(index, { resource: 'pods' }).decision === 'allow';
  const role = clusterRole('r', [pods({})]);
  const toAlice = binding('b', { kind: 'User', name: 'alice' }, 'r');
  const toBob = binding('b', { kind: 'User', name: 'bob' }, 'r');
  const steps: [step: () => void, allowed: boolean][] = [
    [() => index.upsert(toAlice), false],
    [() => index.upsert(role), true],
    [() => index.upsert(toBob), false],
    [() => index.upsert(toAlice), true],
    [() => index.upsert(clusterRole('r', [pods({ verbs: ['list'] })])), false],
    [() => index.upsert(role), true],
    [() => index.remove(toAlice), false],
    [() => index.upsert(toAlice), true],
    [() => index.remove(role), false],
  ];
  for (const [step, wanted] of steps) {
    step();
    expect(allowed()).toBe(wanted);
  }
});

test('a binding that names the user twice counts once, and tells of the first', () => {
  const both = { ...binding('b', { kind: 'Group', name: 'dev' }, 'r'), subjects: [{ kind: 'Group', name: 'dev' }, { kind: 'User', name: 'alice' }] };
  const source = newStaticRBACSource([clusterRole('r', [pods({})]), both]);
  expect(decide(source, { resource: 'pods' }).reason).toBe('RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to Group "dev"');
  expect(newRBACAuthorizer(source).rulesFor(alice, 'ns').resourceRules).toHaveLength(1);
});

test('of several bindings that allow it, that of the user comes first, then the first by name', () => {
  const to = (name: string, kind: string, who: string) => binding(name, { kind, name: who }, 'r');
  const objects = [to('z', 'User', 'alice'), to('y', 'User', 'alice'), to('a', 'Group', 'dev'), to('x', 'User', 'bob')];
  const allowedBy = (order: KubeObject[]) => decide(newStaticRBACSource([clusterRole('r', [pods({})]), ...order]), { resource: 'pods' }).reason;
  for (const order of [objects, objects.toReversed()]) expect(allowedBy(order)).toContain('ClusterRoleBinding "y" of');
});

test('a service account of no namespace is nobody', () => {
  const source = newStaticRBACSource([clusterRole('r', [pods({})]), binding('b', { kind: 'ServiceAccount', name: 'sa' }, 'r')]);
  for (const name of ['sa', 'system:serviceaccount::sa']) expect(decide(source, { resource: 'pods', user: { name, groups: [] } }).decision).toBe('noOpinion');
});

test('an aggregated role takes in a role that is added later', () => {
  const index = new RBACIndex();
  index.upsert({ ...clusterRole('all', []), rules: null, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part: 'yes' } }] } });
  index.upsert(binding('b', { kind: 'User', name: 'alice' }, 'all'));
  expect(decide(index, { resource: 'pods' }).decision).toBe('noOpinion');
  index.upsert(clusterRole('one', [pods({})], { labels: { part: 'yes' } }));
  expect(decide(index, { resource: 'pods' }).decision).toBe('allow');
});

test('lists the rules of a user in a namespace', () => {
  const source = newStaticRBACSource([
    clusterRole('r', [pods({ resourceNames: ['a'] }), { verbs: ['get'], nonResourceURLs: ['/x'] }]),
    binding('b', { kind: 'User', name: 'alice' }, 'r', 'ns'),
    binding('gone', { kind: 'User', name: 'alice' }, 'gone'),
  ]);
  expect(newRBACAuthorizer(source).rulesFor(alice, 'ns')).toEqual({
    resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] }],
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }],
    incomplete: false,
    evaluationError: 'clusterrole.rbac.authorization.k8s.io "gone" not found',
  });
  expect(newRBACAuthorizer(source).rulesFor(alice, 'other').resourceRules).toEqual([]);
});
