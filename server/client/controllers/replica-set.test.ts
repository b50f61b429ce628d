import { describe, expect, test } from 'vitest';
import { newControlledCluster } from '../testing/cluster.ts';
import { eventually as withoutTime } from '../testing/eventually.ts';
import { NAMESPACE, namesOf, pod, replicaSet } from '../testing/objects.ts';
import { PODS, REPLICA_SETS } from './resources.ts';
import type { Pod, PodStatus } from './types.ts';

const controllers = ['serviceaccount-controller', 'replicaset-controller'];

async function start(names: readonly string[] = controllers) {
  const cluster = await newControlledCluster(names);
  const { client, eventually } = cluster;
  const pods = client.resource(PODS, NAMESPACE);
  const sets = client.resource(REPLICA_SETS, NAMESPACE);
  return {
    ...cluster,
    pods,
    sets,
    /** Once there are as many, and the controller says so. */
    settled: (name: string, replicas: number) => eventually(async () => {
      const { metadata, status } = await sets.get(name);
      const { items } = await pods.list({ labelSelector: `app=${name}` });
      return status?.replicas === replicas && items.length === replicas && status.observedGeneration === metadata.generation && items;
    }),
  };
}

const ready = (since: string): PodStatus => ({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }] });

describe('a ReplicaSet', () => {
  test('has as many Pods as it wants, of its template and its own', async () => {
    const { sets, pods, settled, eventually } = await start();
    const made = await sets.create(replicaSet('web', 12));
    const items = await settled('web', 12);
    expect(items[0]?.metadata).toMatchObject({ generateName: 'web-', labels: { app: 'web' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: made.metadata.uid, controller: true, blockOwnerDeletion: true }] });
    await sets.patch('web', 'merge-patch', { spec: { replicas: 3 } });
    const left = await settled('web', 3);
    await pods.delete(left[0]?.metadata.name ?? '');
    await eventually(async () => !namesOf((await pods.list()).items).includes(left[0]?.metadata.name ?? ''));
    await settled('web', 3);
  });

  test('never makes more than it wants, however often it is looked at', async () => {
    const { sets, pods, settled } = await start();
    const watch = await pods.watch();
    await sets.create(replicaSet('web', 5));
    for (let i = 0; i < 20; i++) await sets.patch('web', 'merge-patch', { metadata: { annotations: { look: String(i) } } });
    await settled('web', 5);
    watch.stop();
    const made: string[] = [];
    for (let event = await watch.next(); event; event = await watch.next()) if (event.type === 'ADDED') made.push(event.object.metadata.name ?? '');
    expect((await pods.list()).items).toHaveLength(5);
    expect(made.length).toBeLessThanOrEqual(5);
  });

  test('adopts Pods that it selects, and lets go of those that it no longer does', async () => {
    const { sets, pods, settled, eventually } = await start();
    await eventually(() => pods.create(pod('orphan', { app: 'web' })));
    const { metadata: { uid } } = await sets.create(replicaSet('web', 2));
    expect(namesOf(await settled('web', 2))).toContain('orphan');
    expect((await pods.get('orphan')).metadata.ownerReferences).toMatchObject([{ uid, controller: true }]);
    await pods.patch('orphan', 'merge-patch', { metadata: { labels: { app: 'other' } } });
    await settled('web', 2);
    await eventually(async () => (await pods.get('orphan')).metadata.ownerReferences === undefined);
  });

  test('takes away first what does the least', async () => {
    const { sets, pods, settled, eventually } = await start();
    await sets.create(replicaSet('web', 3));
    const [first] = await settled('web', 3);
    await pods.updateStatus({ ...first!, status: { ...first!.status, ...ready('2030-01-01T00:00:00Z') } });
    await eventually(async () => (await sets.get('web')).status?.readyReplicas === 1);
    await sets.patch('web', 'merge-patch', { spec: { replicas: 1 } });
    expect(namesOf(await settled('web', 1))).toEqual([first!.metadata.name]);
  });

  test('counts a Pod as available when it has been ready for long enough', async () => {
    const { sets, pods, settled, clock } = await start();
    await sets.create(replicaSet('web', 1, { minReadySeconds: 30 }));
    const [only] = await settled('web', 1);
    const since = clock.now();
    await pods.updateStatus({ ...only!, status: { ...only!.status, ...ready(new Date(since).toISOString().replace(/\.\d+/, '')) } });
    await withoutTime(async () => (await sets.get('web')).status?.readyReplicas === 1);
    expect((await sets.get('web')).status?.availableReplicas).toBeUndefined();
    clock.step(29_000);
    expect((await sets.get('web')).status?.availableReplicas).toBeUndefined();
    clock.step(1_000);
    await withoutTime(async () => (await sets.get('web')).status?.availableReplicas === 1);
  });

  test('says why it has no Pods, and goes on when it may', async () => {
    const { client, sets, settled, eventually } = await start(['replicaset-controller']);
    const [set] = [replicaSet('web', 1)];
    await sets.create({ ...set, spec: { ...set.spec, template: { ...set.spec.template, spec: { ...set.spec.template.spec, serviceAccountName: 'builder' } as Pod['spec'] } } });
    const failed = await eventually(async () => (await sets.get('web')).status?.conditions?.[0]);
    expect(failed).toMatchObject({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: expect.stringContaining('error looking up service account default/builder: serviceaccount "builder" not found') });
    await client.resource({ group: '', version: 'v1', resource: 'serviceaccounts' }, NAMESPACE).create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'builder', namespace: NAMESPACE } });
    await settled('web', 1);
    await eventually(async () => (await sets.get('web')).status?.conditions === undefined);
  });
});
