import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { newPrivilegedGroups } from '../authorization/builtin.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import { newRBACAuthorizer } from '../authorization/rbac.ts';
import { newStaticRBACSource } from '../authorization/rbac-source.ts';
import type { PolicyRule } from '../authorization/rules.ts';
import { newUnionAuthorizer } from '../authorization/union.ts';
import { asUser, clock, recordingLog, resolver, testServer } from './testing.ts';
import { withAuditInit } from './with-audit-init.ts';
import { withImpersonation } from './with-impersonation.ts';
import { withPanicRecovery } from './with-panic-recovery.ts';
import { withRequestInfo } from './with-request-info.ts';

const serve = testServer(createServer);

/** What comes of alice, who has these rules, acting as the headers say. */
function act(rules: PolicyRule[] | 'all', headers: [string, string][], before: [string, string][] = []): Promise<{ status: number; body: { user: unknown; left: string[]; constraint?: string; message: string } }> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const rbac = newRBACAuthorizer(newStaticRBACSource(rules === 'all' ? [] : [
    { apiVersion, kind: 'ClusterRole', metadata: { name: 'r' }, rules },
    { apiVersion, kind: 'ClusterRoleBinding', metadata: { name: 'b' }, subjects: [{ kind: 'User', name: 'alice' }], roleRef: { kind: 'ClusterRole', name: 'r' } },
  ]));
  const authorizer: Authorizer = newUnionAuthorizer(newPrivilegedGroups('system:masters'), rbac);
  const filters = [
    withAuditInit(), withPanicRecovery(recordingLog()), withRequestInfo(resolver),
    asUser({ name: 'alice', groups: rules === 'all' ? ['system:masters'] : [] }), withImpersonation(authorizer, clock),
  ];
  return serve({ filters, handler: (req, res) => void res.json({
    user: req.ctx.user,
    left: Object.keys(req.headers).filter((name) => name.startsWith('impersonate')),
    constraint: req.ctx.audit?.event.authenticationMetadata?.impersonationConstraint,
  }) }, async (send) => {
    if (before.length > 0) await send('/api/v1/namespaces/n/configmaps', { headers: before });
    const { status, text } = await send('/api/v1/namespaces/n/configmaps', { headers });
    return { status, body: JSON.parse(text) };
  });
}

const user = (name: string): [string, string] => ['Impersonate-User', name];

test('leaves a request without its headers alone', async () => {
  expect((await act([], [])).body.user).toEqual({ name: 'alice', groups: [] });
});

test.each<[what: string, headers: [string, string][], wanted: unknown]>([
  ['a user', [user('carol')], { name: 'carol', groups: ['system:authenticated'] }],
  ['a user with all parts', [user('carol'), ['Impersonate-Group', 'g1'], ['Impersonate-Uid', 'u-1'], ['Impersonate-Extra-scopes', 'a']], { name: 'carol', uid: 'u-1', groups: ['g1', 'system:authenticated'], extra: { scopes: ['a'] } }],
  ['a service account', [user('system:serviceaccount:n:sa')], { name: 'system:serviceaccount:n:sa', groups: ['system:serviceaccounts', 'system:serviceaccounts:n', 'system:authenticated'] }],
  ['a node', [user('system:node:worker')], { name: 'system:node:worker', groups: ['system:nodes', 'system:authenticated'] }],
  ['system:anonymous', [user('system:anonymous')], { name: 'system:anonymous', groups: ['system:unauthenticated'] }],
  ['an unauthenticated user', [user('carol'), ['Impersonate-Group', 'system:unauthenticated']], { name: 'carol', groups: ['system:unauthenticated'] }],
  ['a member of system:masters', [user('carol'), ['Impersonate-Group', 'system:masters']], { name: 'carol', groups: ['system:masters', 'system:authenticated'] }],
  ['a user with the key __proto__', [user('carol'), ['Impersonate-Extra-__proto__', 'a']], { name: 'carol', groups: ['system:authenticated'], extra: JSON.parse('{"__proto__":["a"]}') }],
  ['a user with an escaped key', [user('carol'), ['Impersonate-Extra-acme.io%2Fscope', 'a']], { name: 'carol', groups: ['system:authenticated'], extra: { 'acme.io/scope': ['a'] } }],
])('lets who may do anything act as %s', async (_what, headers, wanted) => {
  const { body } = await act('all', headers);
  expect(body.user).toEqual(wanted);
  expect(body.left).toEqual([]);
});

test.each<[[string, string][], string]>([
  [[['Impersonate-Group', 'g1']], 'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"g1"}, Extra:map[string][]string(nil)} without impersonating a user name'],
  [[['Impersonate-Extra-X', 'y']], 'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string(nil), Extra:map[string][]string{"x":[]string{"y"}}} without impersonating a user name'],
])('refuses %j without a user', async (headers, message) => {
  const { status, body } = await act('all', headers);
  expect(status).toBe(400);
  expect(body.message).toBe(message);
});

const legacy: PolicyRule[] = [{ apiGroups: [''], resources: ['users'], resourceNames: ['carol'], verbs: ['impersonate'] }];

test.each<[[string, string][], string]>([
  [[user('carol'), ['Impersonate-Group', 'g1']], 'groups "g1" is forbidden: User "alice" cannot impersonate resource "groups" in API group "" at the cluster scope'],
  [[user('carol'), ['Impersonate-Extra-scopes', 'x']], 'userextras.authentication.k8s.io "x" is forbidden: User "alice" cannot impersonate resource "userextras/scopes" in API group "authentication.k8s.io" at the cluster scope'],
  [[user('carol'), ['Impersonate-Uid', 'u']], 'uids.authentication.k8s.io "u" is forbidden: User "alice" cannot impersonate resource "uids" in API group "authentication.k8s.io" at the cluster scope'],
  [[user('dave')], 'users "dave" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope'],
  [[user('system:serviceaccount:n:sa')], 'serviceaccounts "sa" is forbidden: User "alice" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "n"'],
])('after a legacy impersonation refuses %j in the legacy mode\'s words', async (headers, message) => {
  const { status, body } = await act(legacy, headers, [user('carol')]);
  expect(status).toBe(403);
  expect(body.message).toBe(message);
});

test('refuses who has never impersonated in the words of the first mode', async () => {
  const { body } = await act([], [user('carol')]);
  expect(body.message).toBe('configmaps is forbidden: User "alice" cannot impersonate-on:user-info:list resource "configmaps" in API group "" in the namespace "n"');
});

const constrained: PolicyRule[] = [
  { apiGroups: ['authentication.k8s.io'], resources: ['users'], resourceNames: ['carol'], verbs: ['impersonate:user-info'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['impersonate-on:user-info:list'] },
];

test('allows by a constrained mode, and says by which', async () => {
  const { body } = await act(constrained, [user('carol')]);
  expect(body).toMatchObject({ user: { name: 'carol' }, constraint: 'impersonate:user-info' });
});

test('never lets a constrained mode reach system:masters', async () => {
  const { body } = await act([...constrained, { apiGroups: ['authentication.k8s.io'], resources: ['groups'], verbs: ['*'] }], [user('carol'), ['Impersonate-Group', 'system:masters']]);
  expect(body.message).toContain('impersonating the system:masters group is not allowed');
});
