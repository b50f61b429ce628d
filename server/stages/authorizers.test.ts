import { expect, test } from 'vitest';
import { newAlwaysAllowAuthorizer, newAlwaysDenyAuthorizer } from '../authorization/builtin.ts';
import { newBackgroundContext } from '../http/background.ts';
import { apiserver } from './apiserver.ts';
import { newAuthorizers } from './authorizers.ts';
import type { AuthorizationMode } from './authorizers.ts';
import { defaultServerConfig } from './default-config.ts';
import { newStaticRBACSource } from '../authorization/rbac-source.ts';
import { serveStage } from './serve.test-util.ts';

const alice = { name: 'alice', groups: [] };
const root = { name: 'root', groups: ['system:masters'] };
const ask = (modes: AuthorizationMode[], user: typeof root | typeof alice) =>
  newAuthorizers(modes, newStaticRBACSource([])).authorizer.authorize(newBackgroundContext(defaultServerConfig().tracer, 'get', ''), { user, verb: 'get', isResourceRequest: true, path: '', namespace: '', apiGroup: '', apiVersion: 'v1', resource: 'services', subresource: '', name: '' });

test.each<[string, AuthorizationMode[], object, object]>([
  ['system:masters before all others', [newAlwaysDenyAuthorizer()], root, { decision: 'allow' }],
  ['nobody else', [newAlwaysDenyAuthorizer(), 'RBAC'], alice, { decision: 'noOpinion', reason: 'Everything is forbidden.' }],
  ['whom the last one allows', ['RBAC', newAlwaysAllowAuthorizer()], alice, { decision: 'allow' }],
  ['nodes what all nodes may do', ['Node'], { name: 'system:node:one', groups: ['system:nodes'] }, { decision: 'allow' }],
])('authorizers in their order allow %s', async (_what, modes, user, result) => {
  expect(await ask(modes, user as typeof root)).toMatchObject(result);
});

test('a node reaches the secrets of its pods, and no others', async () => {
  const node = { name: 'system:node:one', groups: ['system:nodes'] };
  const server = apiserver.build(defaultServerConfig({ authorization: ['Node', 'RBAC'], tokens: [{ token: 'root', user: root }, { token: 'node', user: node }] }));
  const url = await serveStage(server);
  const request = async (token: string, path: string, body?: object) => {
    const res = await fetch(`${url}/api/v1/${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { code: res.status, ...((await res.json()) as { message?: string }) };
  };
  const named = (kind: string, name: string, rest: object = {}) => ({ apiVersion: 'v1', kind, metadata: { name }, ...rest });
  for (const name of ['mine', 'other']) expect((await request('root', 'namespaces/default/secrets', named('Secret', name))).code).toBe(201);
  const spec = { nodeName: 'one', containers: [{ name: 'c', image: 'i', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'mine', key: 'k' } } }] }] };
  expect(await request('root', 'namespaces/default/pods', named('Pod', 'web', { spec }))).toMatchObject({ code: 201 });

  await expect.poll(async () => (await request('node', 'namespaces/default/secrets/mine')).code).toBe(200);
  const forbidden = (what: string, verb: string, resource: string, where: string, why: string) => ({ code: 403, message: `${what} is forbidden: User "system:node:one" cannot ${verb} resource "${resource}" in API group "" ${where}: ${why}` });
  expect(await request('node', 'namespaces/default/secrets/other')).toMatchObject(forbidden('secrets "other"', 'get', 'secrets', 'in the namespace "default"', "no relationship found between node 'one' and this object"));
  expect(await request('node', 'nodes')).toMatchObject(forbidden('nodes', 'list', 'nodes', 'at the cluster scope', "node 'one' cannot read all nodes, only its own Node object"));
  expect((await request('node', 'pods?fieldSelector=spec.nodeName%3Done')).code).toBe(200);
  expect((await request('node', 'pods?fieldSelector=spec.nodeName%3Dtwo')).code).toBe(403);
});
