import { expect, test } from 'vitest';
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { KubeObject } from '../apimachinery/types.ts';
import { newRequestInfoResolver } from '../http/request-info.ts';
import { FlowController } from './flow-control.ts';
import { VirtualClock } from './virtual-clock.test-util.ts';

const resolver = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] });
const withUID = (obj: KubeObject): KubeObject => ({ ...obj, metadata: { ...obj.metadata, uid: `${obj.metadata.name}-uid` } });
const firstObjects = [...(bootstrap.flowschemas ?? []), ...(bootstrap.prioritylevelconfigurations ?? [])];

function newController(objects: KubeObject[] = firstObjects, { clock = new VirtualClock(), serverConcurrencyLimit = 600 } = {}): FlowController {
  const controller = new FlowController({ clock, serverConcurrencyLimit });
  for (const obj of objects) controller.upsert(withUID(obj));
  return controller;
}

const AUTHENTICATED = 'system:authenticated';
const start = (controller: FlowController, name: string, groups: string[], request: string) => {
  const [method = '', path = ''] = request.split(' ');
  return controller.startRequest(resolver.resolve(method, path), { name, groups }, path);
};
const classified = (...args: Parameters<typeof start>) => {
  const { flowSchema, priorityLevel, queues, request } = start(...args);
  queues.finish(request!);
  return { flowSchema: flowSchema.uid, priorityLevel: priorityLevel.uid };
};

test.each([
  ['admin', ['system:masters', AUTHENTICATED], 'GET /api/v1/pods', 'exempt', 'exempt'],
  ['alice', [AUTHENTICATED], 'GET /api/v1/pods', 'global-default', 'global-default'],
  ['alice', [AUTHENTICATED], 'GET /version', 'global-default', 'global-default'],
  ['alice', [AUTHENTICATED], 'GET /healthz', 'probes', 'exempt'],
  ['alice', [AUTHENTICATED], 'GET /livez/etcd', 'probes', 'exempt'],
  ['alice', [AUTHENTICATED], 'GET /livezz', 'global-default', 'global-default'],
  ['alice', [AUTHENTICATED], 'POST /healthz', 'global-default', 'global-default'],
  ['system:anonymous', ['system:unauthenticated'], 'GET /version', 'global-default', 'global-default'],
  ['system:serviceaccount:ns:sa', ['system:serviceaccounts', AUTHENTICATED], 'GET /api/v1/pods', 'service-accounts', 'workload-low'],
  ['system:serviceaccount:kube-system:sa', ['system:serviceaccounts', AUTHENTICATED], 'GET /api/v1/pods', 'kube-system-service-accounts', 'workload-high'],
  ['system:serviceaccount:kube-system:sa', [AUTHENTICATED], 'PUT /apis/coordination.k8s.io/v1/namespaces/x/leases/l', 'system-leader-election', 'leader-election'],
  ['system:serviceaccount:kube-system:sa', [AUTHENTICATED], 'DELETE /apis/coordination.k8s.io/v1/namespaces/x/leases/l', 'kube-system-service-accounts', 'workload-high'],
  ['system:node:n', ['system:nodes', AUTHENTICATED], 'PATCH /api/v1/nodes/n/status', 'system-node-high', 'node-high'],
  ['system:node:n', ['system:nodes', AUTHENTICATED], 'GET /api/v1/pods', 'system-nodes', 'system'],
  ['nobody', [], 'GET /api/v1/pods', 'catch-all', 'catch-all'],
])('%s (%j): %s belongs to %s, %s', (name, groups, request, schema, level) => {
  expect(classified(newController(), name, groups, request)).toEqual({ flowSchema: `${schema}-uid`, priorityLevel: `${level}-uid` });
});

const flowSchema = (name: string, matchingPrecedence: number, priorityLevel: string, namespaces?: string[]): KubeObject => ({
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
  kind: 'FlowSchema',
  metadata: { name },
  spec: {
    priorityLevelConfiguration: { name: priorityLevel },
    matchingPrecedence,
    distinguisherMethod: { type: namespaces ? 'ByNamespace' : 'ByUser' },
    rules: [{ subjects: [{ kind: 'User', user: { name: 'alice' } }], resourceRules: [{ verbs: ['list'], apiGroups: [''], resources: ['pods'], ...(namespaces ? { namespaces } : { clusterScope: true }) }] }],
  },
});
const limited = (name: string, limits: object, queuing?: object): KubeObject => ({
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
  kind: 'PriorityLevelConfiguration',
  metadata: { name },
  spec: { type: 'Limited', limited: { lendablePercent: 0, ...limits, limitResponse: queuing ? { type: 'Queue', queuing } : { type: 'Reject' } } },
});

test.each<[string, KubeObject[], string, string]>([
  ['the lower precedence', [flowSchema('b', 50, 'system'), flowSchema('a', 60, 'exempt')], '/api/v1/pods', 'b'],
  ['the first name of equals', [flowSchema('b', 50, 'system'), flowSchema('a', 50, 'exempt')], '/api/v1/pods', 'a'],
  ['one whose priority level is there', [flowSchema('a', 50, 'nowhere'), flowSchema('b', 60, 'system')], '/api/v1/pods', 'b'],
  ['one of its namespace', [flowSchema('a', 50, 'system', ['x']), flowSchema('b', 60, 'system', ['y'])], '/api/v1/namespaces/y/pods', 'b'],
  ['one of all namespaces', [flowSchema('a', 50, 'system', ['*'])], '/api/v1/namespaces/y/pods', 'a'],
  ['none of a namespace for the whole cluster', [flowSchema('a', 50, 'system', ['*'])], '/api/v1/pods', 'global-default'],
])('takes %s', (_what, schemas, path, expected) => {
  expect(classified(newController([...firstObjects, ...schemas]), 'alice', [AUTHENTICATED], `GET ${path}`).flowSchema).toBe(`${expected}-uid`);
});

const queuing = { queues: 8, handSize: 2, queueLengthLimit: 5 };

test.each<[string, KubeObject[], string, string]>([
  ['user', [flowSchema('a', 50, 'l'), limited('l', { nominalConcurrencyShares: 5 }, queuing)], '/api/v1/pods', 'alice'],
  ['namespace', [flowSchema('a', 50, 'l', ['*']), limited('l', { nominalConcurrencyShares: 5 }, queuing)], '/api/v1/namespaces/y/pods', 'y'],
  ['nothing where one queue takes all', [flowSchema('a', 50, 'l'), limited('l', { nominalConcurrencyShares: 5 }, { ...queuing, queues: 1, handSize: 1 })], '/api/v1/pods', ''],
  ['nothing where nothing is queued', [flowSchema('a', 50, 'l'), limited('l', { nominalConcurrencyShares: 5 })], '/api/v1/pods', ''],
])('tells flows apart by their %s', (_what, objects, path, expected) => {
  expect(start(newController(objects), 'alice', [AUTHENTICATED], `GET ${path}`).distinguisher).toBe(expected);
});

test('begins with the mandatory schemas and levels, and forgets what is removed', () => {
  const empty = newController([]);
  expect(start(empty, 'alice', [AUTHENTICATED], 'GET /api/v1/pods').priorityLevel.name).toBe('catch-all');
  expect(start(empty, 'admin', ['system:masters'], 'GET /api/v1/pods').priorityLevel.name).toBe('exempt');
  expect(empty.snapshot().map(({ name, limits }) => [name, limits.nominal])).toEqual([['catch-all', 600], ['exempt', 0]]);

  const full = newController([...firstObjects, flowSchema('a', 50, 'system')]);
  full.remove(flowSchema('a', 50, 'system'));
  expect(classified(full, 'alice', [AUTHENTICATED], 'GET /api/v1/pods').flowSchema).toBe('global-default-uid');
  for (const obj of firstObjects) full.remove(obj);
  expect(full.snapshot().map(({ name }) => name)).toEqual(['catch-all', 'exempt']);
});

test('divides the seats by shares, and says what each level lends and borrows', () => {
  const controller = newController();
  expect(Object.fromEntries(controller.snapshot().map(({ name, limits: { nominal, min, max } }) => [name, [nominal, min, max]]))).toEqual({
    'catch-all': [13, 13, 613],
    exempt: [0, 0, 600],
    'global-default': [49, 24, 649],
    'leader-election': [25, 25, 625],
    'node-high': [98, 73, 698],
    system: [74, 50, 674],
    'workload-high': [98, 49, 698],
    'workload-low': [245, 24, 845],
  });
});

test.each<[string, object]>([
  ['neither Limited nor Exempt', { type: 'Limited' }],
  ['Exempt by another name', { type: 'Exempt', exempt: {} }],
  ['with queues that it does not use', { type: 'Limited', limited: { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject', queuing } } }],
  ['with a hand that cannot be dealt', { type: 'Limited', limited: { nominalConcurrencyShares: 1, limitResponse: { type: 'Queue', queuing: { queues: 2, handSize: 3, queueLengthLimit: 1 } } } }],
])('takes a level for not there that is %s', (_what, spec) => {
  const controller = newController([{ ...limited('broken', {}), spec }, flowSchema('a', 50, 'broken')]);
  expect(controller.snapshot().map(({ name }) => name)).not.toContain('broken');
  expect(controller.references()).toEqual([[expect.objectContaining({ metadata: expect.objectContaining({ name: 'a' }) }), false]]);
});

test('keeps a level that was removed until its last request is answered', () => {
  const level = limited('low', { nominalConcurrencyShares: 5 });
  const controller = newController([flowSchema('a', 50, 'low'), level]);
  const { request, queues } = start(controller, 'alice', [AUTHENTICATED], 'GET /api/v1/pods');
  controller.remove(level);
  expect(controller.snapshot()).toContainEqual(expect.objectContaining({ name: 'low', isQuiescing: true, executing: 1 }));
  expect(controller.references().map(([, isThere]) => isThere)).toEqual([false]);
  expect(start(controller, 'alice', [AUTHENTICATED], 'GET /api/v1/pods').priorityLevel.name).toBe('catch-all');
  queues.finish(request!);
  expect(controller.snapshot().map(({ name }) => name)).toEqual(['catch-all', 'exempt']);
});

test('goes on with a level that comes back before that', () => {
  const level = limited('low', { nominalConcurrencyShares: 5 });
  const controller = newController([flowSchema('a', 50, 'low'), level]);
  start(controller, 'alice', [AUTHENTICATED], 'GET /api/v1/pods');
  controller.remove(level);
  controller.upsert(level);
  expect(controller.snapshot()).toContainEqual(expect.objectContaining({ name: 'low', isQuiescing: false, executing: 1 }));
});

test('takes new limits and queues without losing what waits', () => {
  const one = { queues: 4, handSize: 1, queueLengthLimit: 10 };
  const controller = newController([flowSchema('a', 50, 'low'), limited('low', { nominalConcurrencyShares: 5, borrowingLimitPercent: 0 }, one)], { serverConcurrencyLimit: 2 });
  const requests = Array.from({ length: 3 }, () => start(controller, 'alice', [AUTHENTICATED], 'GET /api/v1/pods').request);
  expect(requests.map((each) => each?.state)).toEqual(['executing', 'waiting', 'waiting']);
  controller.upsert(limited('low', { nominalConcurrencyShares: 15, borrowingLimitPercent: 0 }, { ...one, queues: 2 }));
  expect(requests.map((each) => each?.state)).toEqual(['executing', 'executing', 'waiting']);
});

test('lends what a level does not need to one that needs more, and takes it back', async () => {
  const clock = new VirtualClock();
  const line = { queues: 1, handSize: 1, queueLengthLimit: 200 };
  const objects = [
    flowSchema('a', 50, 'busy'), limited('busy', { nominalConcurrencyShares: 10 }, line),
    flowSchema('b', 50, 'idle', ['*']), limited('idle', { nominalConcurrencyShares: 85, lendablePercent: 90 }, line), limited('capped', { nominalConcurrencyShares: 0, borrowingLimitPercent: 0 }),
  ];
  const controller = newController(objects, { clock, serverConcurrencyLimit: 100 });
  const stopped = new AbortController();
  controller.run(stopped.signal);
  const currents = () => Object.fromEntries(controller.snapshot().map(({ name, limits }) => [name, limits.current]));
  await clock.advance(10_000);
  const requests = Array.from({ length: 90 }, () => start(controller, 'alice', [AUTHENTICATED], 'GET /api/v1/pods'));
  const executing = () => requests.filter(({ request }) => request?.state === 'executing').length;
  const before = executing();
  await clock.advance(20_000);
  expect(currents()).toMatchObject({ idle: 8, capped: 0 });
  expect(currents().busy).toBeGreaterThan(80);
  expect(executing()).toBe(currents().busy);
  expect(executing()).toBeGreaterThan(before);
  for (let i = 0; i < 90; i++) start(controller, 'alice', [AUTHENTICATED], 'GET /api/v1/namespaces/n/pods');
  await clock.advance(10_000);
  expect(currents()).toMatchObject({ idle: 85, busy: 10 });
  stopped.abort();
  const last = currents();
  await clock.advance(60_000);
  expect(currents()).toEqual(last);
});
