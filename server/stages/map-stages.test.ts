/** Service accounts, roles and bindings in the stages that keep objects in Maps, and in those that store them. */
import { describe, expect, test } from 'vitest';
import { defaultServerConfig } from './default-config.ts';
import { loadStage } from './index.ts';
import { serveStage } from './serve.test-util.ts';

const tokens = [
  { token: 'admin', user: { name: 'admin', groups: ['system:masters'] } },
  { token: 'alice', user: { name: 'alice', groups: [] } },
];
const inDefault = '/api/v1/namespaces/default';
const whoami = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const rbac = '/apis/rbac.authorization.k8s.io/v1';
const inDefaultRBAC = `${rbac}/namespaces/default`;

/** What these tests look at in objects, reviews and Statuses. */
interface Answer {
  message?: string;
  items: { metadata: { name: string } }[];
  status: { token: string; userInfo: object };
}

type Send = (token: string, method: string, path: string, body?: object) => Promise<{ status: number; answer: Answer }>;

async function start(name: string): Promise<Send> {
  const server = (await loadStage(name)).build(defaultServerConfig({ tokens }));
  const url = await serveStage(server);
  return async (token, method, path, body) => {
    const res = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) });
    return { status: res.status, answer: (await res.json()) as Answer };
  };
}

describe.each(['authentication', 'authorization', 'fairness', 'mux', 'codec', 'registry', 'storage', 'watch', 'apiserver'])('in stage %s a service account', (name) => {
  async function newAccount() {
    const send = await start(name);
    await send('admin', 'POST', `${inDefault}/serviceaccounts`, { metadata: { name: 'robot' } });
    const issue = async (spec: object): Promise<string> => (await send('admin', 'POST', `${inDefault}/serviceaccounts/robot/token`, { spec })).answer.status.token;
    const asked = (token: string) => send(token, 'POST', whoami, {});
    return { send, issue, asked };
  }

  test('is known by its token', async () => {
    const { issue, asked } = await newAccount();
    const { status, answer } = await asked(await issue({}));
    expect(status).toBe(201);
    expect(answer.status.userInfo).toMatchObject({ username: 'system:serviceaccount:default:robot', groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'] });
  });

  test('is not known when its Pod has gone, nor when another has its name', async () => {
    const { send, issue, asked } = await newAccount();
    await send('admin', 'POST', `${inDefault}/pods`, { metadata: { name: 'web' }, spec: { serviceAccountName: 'robot', containers: [{ name: 'web', image: 'nginx' }] } });
    const bound = await issue({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web' } });
    const free = await issue({});
    await send('admin', 'DELETE', `${inDefault}/pods/web`, { gracePeriodSeconds: 0 });
    expect((await asked(bound)).status).toBe(401);
    await send('admin', 'DELETE', `${inDefault}/serviceaccounts/robot`);
    await send('admin', 'POST', `${inDefault}/serviceaccounts`, { metadata: { name: 'robot' } });
    expect((await asked(free)).status).toBe(401);
  });

  test('shows a token to those that it is meant for, and to nobody else', async () => {
    const { send, issue, asked } = await newAccount();
    const token = await issue({ audiences: ['vault'] });
    expect((await asked(token)).status).toBe(401);
    const review = async (audiences: string[]) => (await send('admin', 'POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token, audiences } })).answer.status;
    expect(await review(['vault'])).toMatchObject({ authenticated: true, audiences: ['vault'] });
    expect(await review(['bank'])).not.toHaveProperty('authenticated');
  });
});

describe.each(['authorization', 'fairness', 'mux', 'codec', 'registry', 'storage', 'watch', 'apiserver'])('in stage %s', (name) => {
  const role = (name: string, rule: object) => ({ metadata: { name }, rules: [{ apiGroups: [''], ...rule }] });
  const binding = (name: string, kind: string, roleName: string, user: string) => ({
    metadata: { name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });

  // Stored roles are followed by a watch, which takes a moment.
  test('a bound role allows, as long as it is bound', async () => {
    const send = await start(name);
    const lists = async () => (await send('alice', 'GET', `${inDefault}/configmaps`)).status;
    expect(await lists()).toBe(403);
    expect((await send('admin', 'POST', `${inDefaultRBAC}/roles`, role('reader', { resources: ['configmaps'], verbs: ['list'] }))).status).toBe(201);
    expect((await send('admin', 'POST', `${inDefaultRBAC}/rolebindings`, binding('reads', 'Role', 'reader', 'alice'))).status).toBe(201);
    await expect.poll(lists).toBe(200);
    expect((await send('alice', 'GET', '/api/v1/configmaps')).status).toBe(403);
    await send('admin', 'DELETE', `${inDefaultRBAC}/rolebindings/reads`);
    await expect.poll(lists).toBe(403);
  });

  test('nobody writes rules that they do not hold', async () => {
    const send = await start(name);
    await send('admin', 'POST', `${inDefaultRBAC}/rolebindings`, binding('admins', 'ClusterRole', 'admin', 'alice'));
    await expect.poll(async () => (await send('alice', 'POST', `${inDefaultRBAC}/roles`, role('own', { resources: ['configmaps'], verbs: ['get'] }))).status).toBe(201);
    const { status, answer } = await send('alice', 'POST', `${inDefaultRBAC}/roles`, role('better', { resources: ['nodes'], verbs: ['get'] }));
    expect([status, answer.message]).toEqual([403, expect.stringContaining('is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get"]}')]);
    await send('admin', 'POST', `${rbac}/clusterroles`, role('power', { resources: ['nodes'], verbs: ['delete'] }));
    expect((await send('alice', 'POST', `${inDefaultRBAC}/rolebindings`, binding('own', 'ClusterRole', 'power', 'alice'))).status).toBe(403);
  });

  test('who may list one object is shown no other', async () => {
    const send = await start(name);
    for (const each of ['mine', 'other']) await send('admin', 'POST', `${inDefault}/configmaps`, { metadata: { name: each } });
    await send('admin', 'POST', `${inDefaultRBAC}/roles`, role('one', { resources: ['configmaps'], resourceNames: ['mine'], verbs: ['list'] }));
    await send('admin', 'POST', `${inDefaultRBAC}/rolebindings`, binding('one', 'Role', 'one', 'alice'));
    const selected = () => send('alice', 'GET', `${inDefault}/configmaps?fieldSelector=metadata.name%3Dmine`);
    await expect.poll(async () => (await selected()).status).toBe(200);
    expect((await selected()).answer.items.map(({ metadata }) => metadata.name)).toEqual(['mine']);
    expect((await send('alice', 'GET', `${inDefault}/configmaps`)).status).toBe(403);
  });

  test('what is no role is refused, and harms no decision', async () => {
    const send = await start(name);
    for (const rules of [5, [5], [{ verbs: 'get' }]]) expect((await send('admin', 'POST', `${inDefaultRBAC}/roles`, { metadata: { name: 'none' }, rules })).status).toBe(400);
    expect((await send('admin', 'POST', `${rbac}/clusterrolebindings`, { metadata: { name: 'none' }, roleRef: 'view', subjects: 'all' })).status).toBe(400);
    expect((await send('alice', 'POST', whoami, {})).status).toBe(201);
  });

  test('a role that joins view is seen by those who view', async () => {
    const send = await start(name);
    await send('admin', 'POST', `${rbac}/clusterroles`, { ...role('crontabs', { apiGroups: ['x.io'], resources: ['crontabs'], verbs: ['get'] }), metadata: { name: 'crontabs', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } } });
    await send('admin', 'POST', `${inDefaultRBAC}/rolebindings`, binding('views', 'ClusterRole', 'view', 'alice'));
    const ask = async () => (await send('alice', 'POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec: { resourceAttributes: { namespace: 'default', verb: 'get', group: 'x.io', resource: 'crontabs' } } })).answer.status;
    await expect.poll(ask).toEqual({ allowed: true, reason: 'RBAC: allowed by RoleBinding "views/default" of ClusterRole "view" to User "alice"' });
  });
});
