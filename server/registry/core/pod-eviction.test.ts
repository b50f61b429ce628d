import { beforeEach, expect, test } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { TestRegistry } from '../registry.test-util.ts';
import { WRITE, allow, newTestRegistry, pod, requestFor } from '../registry.test-util.ts';

let registry: TestRegistry;
const about = (name: string) => ({ namespace: 'ns', resource: 'pods', name });
const read = (name: string) => registry.rest('v1', 'pods').get(requestFor(about(name)), name, { resourceVersion: '' });

function evict(name: string, options = WRITE, deleteOptions?: object): Promise<KubeObject> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name }, ...(deleteOptions && { deleteOptions }) };
  return registry.rest('v1', 'pods', 'eviction').create(requestFor(about(name)), eviction, allow, options);
}

async function setStatus(apiVersion: string, resource: string, name: string, status: object): Promise<void> {
  const info = { updatedObject: async (_ctx: unknown, live: KubeObject | undefined) => ({ ...live!, status: { ...(live!.status as object), ...status } }) };
  await registry.rest(apiVersion, resource, 'status').update(requestFor({ namespace: 'ns', name }), name, info, allow, allow, { ...WRITE, forceAllowCreate: false });
}

/** A Pod that runs and is ready, or is not. */
async function running(name: string, ready = 'True'): Promise<void> {
  await registry.create('pods', pod(name, { nodeName: 'n1', terminationGracePeriodSeconds: 0 }, { labels: { app: 'x' } }));
  await setStatus('v1', 'pods', name, { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] });
}

async function budget(name: string, status: object): Promise<void> {
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'x' } } };
  await registry.create('poddisruptionbudgets', { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace: 'ns' }, spec });
  await setStatus('policy/v1', 'poddisruptionbudgets', name, status);
}

const seen = { observedGeneration: 1, expectedPods: 2 };

beforeEach(() => {
  registry = newTestRegistry();
});

test('deletes a Pod that no budget guards', async () => {
  await running('free');
  expect(await evict('free')).toMatchObject({ status: 'Success', code: 201 });
  await expect(read('free')).rejects.toMatchObject({ status: { code: 404 } });
});

test('takes one disruption off the budget, and notes whose it was', async () => {
  await running('a');
  await budget('b', { ...seen, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 });
  await evict('a');
  const { status } = await registry.rest('policy/v1', 'poddisruptionbudgets').get(requestFor({ namespace: 'ns' }), 'b', { resourceVersion: '' });
  expect(status).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { a: expect.any(String) }, conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }] });
});

test.each([
  ['has not been looked at', { disruptionsAllowed: 1 }, 'The disruption budget b is still being processed by the server.', 10],
  ['is used up', { ...seen, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 }, 'The disruption budget b needs 1 healthy pods and has 1 currently', undefined],
])('says 429 where the budget %s', async (_how, status, message, retryAfterSeconds) => {
  await running('a');
  await budget('b', status);
  const refusal = { code: 429, details: { causes: [{ reason: 'DisruptionBudget', message }], ...(retryAfterSeconds && { retryAfterSeconds }) } };
  await expect(evict('a')).rejects.toMatchObject({ message: "Cannot evict pod as it would violate the pod's disruption budget.", status: refusal });
  expect(await read('a')).toMatchObject({ metadata: { name: 'a' } });
});

test('lets a Pod go that is not ready, where enough others are', async () => {
  await running('sick', 'False');
  await budget('b', { ...seen, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 });
  expect(await evict('sick')).toMatchObject({ status: 'Success' });
});

test('cannot decide between two budgets', async () => {
  await running('a');
  for (const name of ['b', 'c']) await budget(name, { ...seen, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 });
  expect(await evict('a')).toMatchObject({ status: 'Failure', code: 500 });
});

test('takes nothing from the budget in a dry run', async () => {
  await running('a');
  await budget('b', { ...seen, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 });
  expect(await evict('a', { ...WRITE, dryRun: true })).toMatchObject({ status: 'Success' });
  expect(await registry.rest('policy/v1', 'poddisruptionbudgets').get(requestFor({ namespace: 'ns' }), 'b', { resourceVersion: '' })).toMatchObject({ status: { disruptionsAllowed: 1 } });
  expect(await read('a')).toMatchObject({ metadata: { name: 'a' } });
});

test.each<[string, object, object]>([
  ['are for a dry run of another kind than the request', { dryRun: ['None'] }, { message: 'Non-matching dry-run options in request and content: [All] and [None]' }],
  ['say nothing that a delete knows', { propagationPolicy: 'Later' }, { message: expect.stringMatching(/^DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Later"/), status: { code: 422 } }],
  ['are for another Pod', { preconditions: { uid: 'x' } }, { message: expect.stringContaining('Operation cannot be fulfilled on Pod "a": the UID in the precondition (x) does not match'), status: { code: 409 } }],
])('evicts nothing where its delete options %s', async (_what, options, refusal) => {
  await running('a');
  await expect(evict('a', { ...WRITE, dryRun: 'dryRun' in options }, options)).rejects.toMatchObject(refusal);
  expect(await read('a')).toMatchObject({ metadata: { name: 'a' } });
});

test('keeps a budget\'s conditions where they stand', async () => {
  await running('a');
  const conditions = [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }, { type: 'Other', status: 'True', reason: 'X', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }];
  await budget('b', { ...seen, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, conditions });
  await evict('a');
  const { status } = await registry.rest('policy/v1', 'poddisruptionbudgets').get(requestFor({ namespace: 'ns' }), 'b', { resourceVersion: '' });
  expect(status).toMatchObject({ conditions: [{ type: 'DisruptionAllowed', status: 'False', observedGeneration: 1 }, { type: 'Other' }] });
});
