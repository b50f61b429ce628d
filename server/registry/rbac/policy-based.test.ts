import { expect, test } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import { newRBACAuthorizer } from '../../authorization/rbac.ts';
import { newStaticRBACSource } from '../../authorization/rbac-source.ts';
import type { PolicyRule } from '../../authorization/rules.ts';
import { WRITE, allow, newTestRegistry, requestFor } from '../registry.test-util.ts';
import { describeRules, missingRules } from './covers.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const apiGroup = 'rbac.authorization.k8s.io';
const role = (name: string, rules: PolicyRule[]): KubeObject => ({ apiVersion, kind: 'Role', metadata: { name, namespace: 'ns' }, rules });
const binding = (name: string, roleName: string): KubeObject => ({
  apiVersion,
  kind: 'RoleBinding',
  metadata: { name, namespace: 'ns' },
  roleRef: { apiGroup, kind: 'Role', name: roleName },
  subjects: [{ apiGroup, kind: 'User', name: 'alice' }],
});
const read = { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] };
const secrets = { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] };

/** Alice holds these rules in `ns`; the roles `mine` and `theirs` are stored there. */
async function registryFor(rules: PolicyRule[]) {
  const rbac = newRBACAuthorizer(newStaticRBACSource([role('mine', rules), binding('mine', 'mine')]));
  const registry = newTestRegistry({ policy: { authorizer: rbac, rules: rbac } });
  await registry.create('roles', role('mine', [read]));
  await registry.create('roles', role('theirs', [secrets]));
  const alice = (resource: string, name = '') => requestFor({ namespace: 'ns', resource, name, apiGroup, user: { name: 'alice', groups: ['system:authenticated'] } });
  return {
    registry,
    create: (resource: string, obj: KubeObject) => registry.rest(apiVersion, resource).create(alice(resource), obj, allow, WRITE),
    change: (name: string, fields: (live: KubeObject) => object) =>
      registry.rest(apiVersion, 'roles').update(alice('roles', name), name, { updatedObject: async (_ctx, live) => ({ ...live!, ...fields(live!) }) }, allow, allow, { ...WRITE, forceAllowCreate: false }),
  };
}

const refusal = 'is forbidden: user "alice" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n';

test('nobody writes a role beyond what they hold', async () => {
  const { create, change } = await registryFor([read]);
  await expect(create('roles', role('ok', [read]))).resolves.toMatchObject({ metadata: { name: 'ok' } });
  const message = `roles.rbac.authorization.k8s.io "more" ${refusal}{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}`;
  await expect(create('roles', role('more', [secrets, read]))).rejects.toMatchObject({ message, status: { code: 403 } });
  await expect(change('mine', () => ({ rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }))).rejects.toThrow('{APIGroups:["*"], Resources:["*"], Verbs:["*"]}');
});

test('an update for the garbage collector alone is not checked', async () => {
  const { change } = await registryFor([read]);
  await expect(change('theirs', ({ metadata }) => ({ metadata: { ...metadata, finalizers: ['example.com/f'] } }))).resolves.toMatchObject({ created: false });
  await expect(change('theirs', ({ metadata }) => ({ metadata: { ...metadata, labels: { a: 'b' } } }))).rejects.toThrow('not currently held');
});

test.each([
  ['create', { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }],
  ['give up', undefined],
])('only cluster-admin may %s a rule of aggregation', async (_what, fields) => {
  const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  const clusterRole = (name: string, more = {}): KubeObject => ({ apiVersion, kind: 'ClusterRole', metadata: { name }, rules: null, ...more });
  const owned = { nonAdmin: everything, admin: [...everything, { nonResourceURLs: ['*'], verbs: ['*'] }] };
  for (const [who, rules] of Object.entries(owned)) {
    const clusterWide = { ...clusterRole('mine'), rules };
    const bound = { apiVersion, kind: 'ClusterRoleBinding', metadata: { name: 'mine' }, roleRef: { apiGroup, kind: 'ClusterRole', name: 'mine' }, subjects: [{ apiGroup, kind: 'User', name: 'alice' }] };
    const rbac = newRBACAuthorizer(newStaticRBACSource([clusterWide, bound]));
    const registry = newTestRegistry({ policy: { authorizer: { authorize: async () => ({ decision: 'noOpinion', reason: '' }) }, rules: rbac } });
    await registry.create('clusterroles', clusterRole('old', { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }));
    const ctx = requestFor({ namespace: '', resource: 'clusterroles', name: 'old', apiGroup, user: { name: 'alice', groups: ['system:authenticated'] } });
    const rest = registry.rest(apiVersion, 'clusterroles');
    const done = fields
      ? rest.create(ctx, clusterRole('new', fields), allow, WRITE)
      : rest.update(ctx, 'old', { updatedObject: async (_ctx, { aggregationRule: _, ...live }: KubeObject) => live }, allow, allow, { ...WRITE, forceAllowCreate: false });
    if (who === 'admin') await expect(done).resolves.toBeDefined();
    else await expect(done).rejects.toThrow(/^clusterroles.rbac.authorization.k8s.io "(new|old)" is forbidden: must have cluster-admin privileges to use the aggregationRule$/);
  }
});

test('nobody binds a role that they do not hold', async () => {
  const { create } = await registryFor([read]);
  await expect(create('rolebindings', binding('a', 'mine'))).resolves.toMatchObject({ metadata: { name: 'a' } });
  await expect(create('rolebindings', binding('b', 'theirs'))).rejects.toThrow(refusal);
  await expect(create('rolebindings', binding('c', 'none'))).rejects.toThrow('rolebindings.rbac.authorization.k8s.io "none" not found');
});

test('a role is bound with all that it gathers, whatever has been written down of it', async () => {
  const aggregated = (name: string, part: string, rules: PolicyRule[] | null = null): KubeObject => ({ apiVersion, kind: 'ClusterRole', metadata: { name }, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { part } }] }, rules });
  const { create, registry } = await registryFor([read]);
  await registry.create('clusterroles', { apiVersion, kind: 'ClusterRole', metadata: { name: 'reads', labels: { part: 'reads' } }, rules: [read] });
  await registry.create('clusterroles', { apiVersion, kind: 'ClusterRole', metadata: { name: 'secrets', labels: { part: 'secrets' } }, rules: [secrets] });
  await registry.create('clusterroles', aggregated('mine', 'reads'));
  await registry.create('clusterroles', aggregated('theirs', 'secrets'));
  const bound = (name: string, roleName: string) => ({ ...binding(name, roleName), roleRef: { apiGroup, kind: 'ClusterRole', name: roleName } });
  await expect(create('rolebindings', bound('a', 'mine'))).resolves.toMatchObject({ metadata: { name: 'a' } });
  await expect(create('rolebindings', bound('b', 'theirs'))).rejects.toThrow(`${refusal}{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}`);
});

test.each([
  ['escalate', 'roles', role('more', [secrets])],
  ['bind', 'rolebindings', binding('b', 'theirs')],
])('whoever may %s need not hold it', async (verb, resource, obj) => {
  const { create } = await registryFor([{ apiGroups: [apiGroup], resources: ['roles'], verbs: [verb] }]);
  await expect(create(resource, obj)).resolves.toMatchObject({ metadata: obj.metadata });
});

const paths = { nonResourceURLs: ['/healthz/etcd'], verbs: ['get'] };

test.each<[string, PolicyRule[], PolicyRule[], string]>([
  ['a star covers all', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }], [secrets], ''],
  ['two rules cover one', [{ ...secrets, verbs: ['get'] }, { ...secrets, verbs: ['list'] }], [secrets], ''],
  ['a name is less than all', [{ ...secrets, resourceNames: ['a'] }], [{ ...secrets, verbs: ['get'] }], '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'],
  ['all is more than a name', [secrets], [{ ...secrets, resourceNames: ['a'] }], ''],
  ['one name of two', [{ ...secrets, resourceNames: ['a'] }], [{ ...secrets, verbs: ['get'], resourceNames: ['a', 'b'] }], '{APIGroups:[""], Resources:["secrets"], ResourceNames:["b"], Verbs:["get"]}'],
  ['subresources by their star', [{ apiGroups: [''], resources: ['*/status'], verbs: ['get'] }], [{ apiGroups: [''], resources: ['pods/status'], verbs: ['get'] }], ''],
  ['paths by their star', [{ nonResourceURLs: ['/healthz/*'], verbs: ['get'] }], [paths], ''],
  ['paths that are not there', [], [paths], '{NonResourceURLs:["/healthz/etcd"], Verbs:["get"]}'],
])('%s', (_what, owned, wanted, missing) => {
  expect(describeRules(missingRules(owned, wanted))).toBe(missing);
});
