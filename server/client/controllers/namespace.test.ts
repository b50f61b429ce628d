import { expect, test } from 'vitest';
import { isNotFound } from '../../http/status.ts';
import { newControlledCluster } from '../testing/cluster.ts';
import { conditionOf } from './pods.ts';
import { CONFIG_MAPS, DEPLOYMENTS, NAMESPACES, PODS } from './resources.ts';
import { deployment, pod } from '../testing/objects.ts';
import type { Condition } from './types.ts';

const NAME = 'ending';

async function start(...more: string[]) {
  const cluster = await newControlledCluster(['namespace-controller', 'serviceaccount-controller', ...more]);
  const namespaces = cluster.client.resource(NAMESPACES);
  await namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAME } });
  const gone = () => cluster.eventually(() => namespaces.get(NAME).then(() => false, isNotFound));
  return { ...cluster, namespaces, gone, maps: cluster.client.resource(CONFIG_MAPS, NAME) };
}
const map = (finalizers?: string[]) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept', namespace: NAME, ...(finalizers && { finalizers }) } });

test('a namespace that is deleted takes along what is in it', async () => {
  const { client, namespaces, gone, maps, errors, eventually } = await start('deployment-controller', 'replicaset-controller', 'kube-scheduler', 'kubelet');
  await maps.create(map());
  await client.resource(DEPLOYMENTS, NAME).create({ ...deployment('web', 2), metadata: { name: 'web', namespace: NAME } });
  await eventually(async () => (await client.resource(DEPLOYMENTS, NAME).get('web')).status?.availableReplicas === 2);
  await namespaces.delete(NAME);
  await gone();
  expect((await client.resource(PODS, NAME).list()).items).toEqual([]);
  expect((await client.resource(CONFIG_MAPS).list({ fieldSelector: `metadata.namespace=${NAME}` })).items).toEqual([]);
  expect(errors).toEqual([]);
});

test('a namespace in which something has to stay says what, and ends when that may go', async () => {
  const { namespaces, gone, maps, eventually } = await start();
  await maps.create(map(['example.com/wait']));
  await namespaces.delete(NAME);
  const conditions = await eventually(async () => (await namespaces.get(NAME)).status?.conditions);
  expect(conditions.map(({ type, status, reason }) => [type, status, reason])).toEqual([
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered'],
    ['NamespaceDeletionGroupVersionParsingFailure', 'False', 'ParsedGroupVersions'],
    ['NamespaceDeletionContentFailure', 'False', 'ContentDeleted'],
    ['NamespaceContentRemaining', 'True', 'SomeResourcesRemain'],
    ['NamespaceFinalizersRemaining', 'True', 'SomeFinalizersRemain'],
  ]);
  expect(conditionOf(conditions, 'NamespaceContentRemaining')?.message).toBe('Some resources are remaining: configmaps. has 1 resource instances');
  expect(conditionOf(conditions, 'NamespaceFinalizersRemaining')?.message).toBe('Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances');
  await maps.patch('kept', 'merge-patch', { metadata: { finalizers: [] } });
  await gone();
});

test('as long as a Pod remains nothing else is deleted, or told of; one that outlives its time is told', async () => {
  const { client, clock, namespaces, gone, maps, eventually } = await start();
  await maps.create(map());
  const pods = client.resource(PODS, NAME);
  await pods.create({ ...pod('slow', {}, { nodeName: 'away', terminationGracePeriodSeconds: 20 }), metadata: { name: 'slow', namespace: NAME } });
  await namespaces.delete(NAME);
  const failing = (conditions: readonly Condition[]) => conditions.filter(({ status }) => status === 'True').map(({ type, message }) => `${type}: ${message}`);
  const conditions = await eventually(async () => (await namespaces.get(NAME)).status?.conditions);
  expect(failing(conditions)).toEqual([]);
  expect(conditions).toHaveLength(5);
  clock.step(20_000);
  const later = await eventually(async () => {
    const now = failing((await namespaces.get(NAME)).status?.conditions ?? []);
    return now.length > 0 && now;
  });
  expect(later).toEqual(['NamespaceDeletionContentFailure: Failed to delete all resource types, 1 remaining: unexpected items still remain in namespace: ending for gvr: /v1, Resource=pods']);
  await maps.get('kept');
  await pods.delete('slow', { gracePeriodSeconds: 0 });
  await gone();
});

test('a finalizer of somebody else keeps a namespace that is empty', async () => {
  const { client, namespaces, gone, eventually } = await start();
  const namespace = await namespaces.get(NAME);
  await namespaces.update({ ...namespace, spec: { finalizers: ['kubernetes', 'example.com/wait'] } }, 'finalize');
  await namespaces.delete(NAME);
  await eventually(async () => (await namespaces.get(NAME)).spec?.finalizers?.length === 1);
  const kept = await client.resource(NAMESPACES).get(NAME);
  expect(kept).toMatchObject({ spec: { finalizers: ['example.com/wait'] }, status: { phase: 'Terminating' } });
  await namespaces.update({ ...kept, spec: { finalizers: [] } }, 'finalize');
  await gone();
});
