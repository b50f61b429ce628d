import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import { newControlledCluster } from '../testing/cluster.ts';
import { NAMESPACE, deployment, podTemplate } from '../testing/objects.ts';
import { computeHash, conditionOf } from './pods.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS } from './resources.ts';
import type { Pod } from './types.ts';

const controllers = ['serviceaccount-controller', 'deployment-controller', 'replicaset-controller', 'kube-scheduler', 'kubelet', 'garbage-collector-controller'];
const REVISION = 'deployment.kubernetes.io/revision';

async function start(names: readonly string[] = controllers) {
  const cluster = await newControlledCluster(names);
  const { client, eventually } = cluster;
  const deployments = client.resource(DEPLOYMENTS, NAMESPACE);
  return {
    ...cluster,
    deployments,
    sets: client.resource(REPLICA_SETS, NAMESPACE),
    pods: client.resource(PODS, NAMESPACE),
    /** Once its rollout is over, as `kubectl rollout status` sees it. */
    rolledOut: (name: string) => eventually(async () => {
      const d = await deployments.get(name);
      const { observedGeneration = 0, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = d.status ?? {};
      const over = observedGeneration >= (d.metadata.generation ?? 0) && [updatedReplicas, replicas, availableReplicas].every((count) => count === d.spec.replicas);
      return over && d;
    }),
    setImage: (name: string, image: string) => deployments.patch(name, 'merge-patch', { spec: { template: { spec: podTemplate(name, image).spec } } }),
  };
}

const isUp = ({ status, metadata }: Pod) => conditionOf(status?.conditions, 'Ready')?.status === 'True' && metadata.deletionTimestamp === undefined;

const isNew = ({ spec }: Pod) => spec.containers[0]?.image === 'nginx:2';

/** How many Pods there were at most, and were ready at least, until all were new ones that are ready. */
async function follow(pods: Awaited<ReturnType<typeof start>>['pods'], work: () => Promise<unknown>): Promise<{ most: number; least: number }> {
  const list = await pods.list();
  const known = new Map(list.items.map((pod) => [pod.metadata.uid, pod]));
  const watch = await pods.watch({ resourceVersion: list.metadata.resourceVersion ?? '' });
  await work();
  let most = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let event = await watch.next(); event && event.type !== 'ERROR' && event.type !== 'BOOKMARK'; event = await watch.next()) {
    const { object } = event;
    if (event.type === 'DELETED') known.delete(object.metadata.uid);
    else known.set(object.metadata.uid, object);
    // what is told to leave is replaced before it has left
    most = Math.max(most, [...known.values()].filter(({ metadata }) => metadata.deletionTimestamp === undefined).length);
    least = Math.min(least, [...known.values()].filter(isUp).length);
    if ([...known.values()].every((pod) => isNew(pod) && isUp(pod))) break;
  }
  watch.stop();
  return { most, least };
}

describe('a Deployment', () => {
  test('leads to Pods that run, and says so', async () => {
    const { deployments, sets, pods, rolledOut, eventually, errors } = await start();
    await deployments.create(deployment('web', 3));
    const done = await rolledOut('web');
    expect(done.metadata.annotations).toEqual({ [REVISION]: '1' });
    expect(done.status).toMatchObject({ observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, terminatingReplicas: 0 });
    const { status } = await eventually(async () => (await deployments.get('web').then((d) => conditionOf(d.status?.conditions, 'Progressing')?.reason === 'NewReplicaSetAvailable' && d)) || undefined);
    expect(conditionOf(status?.conditions, 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' });
    const { items: [set] } = await sets.list();
    expect(conditionOf(status?.conditions, 'Progressing')?.message).toBe(`ReplicaSet "${set?.metadata.name}" has successfully progressed.`);
    const hash = set?.metadata.labels?.['pod-template-hash'] ?? '';
    expect(set?.metadata).toMatchObject({ name: `web-${hash}`, labels: { app: 'web' }, annotations: { [REVISION]: '1', 'deployment.kubernetes.io/desired-replicas': '3', 'deployment.kubernetes.io/max-replicas': '4' } });
    expect((await pods.list()).items.every(({ metadata }) => metadata.labels?.['pod-template-hash'] === hash)).toBe(true);
    expect(errors).toEqual([]);
  });

  test.each([
    { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' }, most: 5, least: 3 },
    { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 }, most: 4, least: 3 },
    { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 }, most: 6, least: 4 },
  ])('of 4 rolls within its bounds: %j', async ({ rollingUpdate, most, least }) => {
    const { deployments, pods, rolledOut, setImage, eventually } = await start();
    await deployments.create(deployment('web', 4, { strategy: { type: 'RollingUpdate', rollingUpdate } }));
    await rolledOut('web');
    const seen = await follow(pods, async () => {
      await setImage('web', 'nginx:2');
      await eventually(async () => (await pods.list()).items.every((pod) => isUp(pod) && isNew(pod)));
    });
    expect(seen.most).toBeLessThanOrEqual(most);
    expect(seen.least).toBeGreaterThanOrEqual(least);
  });

  test('that recreates has none of the old Pods when it makes new ones', async () => {
    const { deployments, pods, rolledOut, setImage } = await start();
    await deployments.create(deployment('web', 2, { strategy: { type: 'Recreate' } }));
    await rolledOut('web');
    const watch = await pods.watch({ resourceVersion: (await pods.list()).metadata.resourceVersion ?? '' });
    await setImage('web', 'nginx:2');
    await rolledOut('web');
    const order: string[] = [];
    while (order.length < 4) {
      const event = await watch.next();
      if (event?.type === 'ADDED' || event?.type === 'DELETED') order.push(`${event.type} ${event.object.spec.containers[0]?.image}`);
    }
    watch.stop();
    expect(order).toEqual(['DELETED nginx', 'DELETED nginx', 'ADDED nginx:2', 'ADDED nginx:2']);
  });

  test('that goes back to an old template numbers it anew, and remembers', async () => {
    const { deployments, sets, rolledOut, setImage } = await start();
    await deployments.create(deployment('web', 1));
    await rolledOut('web');
    await setImage('web', 'nginx:2');
    await rolledOut('web');
    await setImage('web', 'nginx');
    const back = await rolledOut('web');
    expect(back.metadata.annotations?.[REVISION]).toBe('3');
    const annotations = (await sets.list()).items.map(({ spec, metadata }) => [spec.template.spec.containers[0]?.image, metadata.annotations?.[REVISION], metadata.annotations?.['deployment.kubernetes.io/revision-history']]);
    expect(annotations.sort()).toEqual([['nginx', '3', '1'], ['nginx:2', '2', undefined]]);
  });

  test('forgets templates beyond its limit', async () => {
    const { deployments, sets, rolledOut, setImage, eventually } = await start();
    await deployments.create(deployment('web', 1, { revisionHistoryLimit: 1 }));
    for (const image of ['nginx:2', 'nginx:3', 'nginx:4']) {
      await rolledOut('web');
      await setImage('web', image);
    }
    await rolledOut('web');
    await eventually(async () => (await sets.list()).items.length === 2);
  });

  test('that changes its size in the middle of a rollout keeps the shares of its ReplicaSets', async () => {
    const { deployments, sets, rolledOut, eventually } = await start();
    const progress = async () => conditionOf((await deployments.get('web')).status?.conditions, 'Progressing')?.reason;
    await deployments.create(deployment('web', 10));
    await rolledOut('web');
    await deployments.patch('web', 'merge-patch', { spec: { template: { spec: { nodeSelector: { no: 'where' } } } } });
    const become = (sizes: number[]) => eventually(async () => (await sets.list()).items.map(({ spec }) => spec.replicas).sort((a, b) => a - b).join() === sizes.join());
    await become([5, 8]);
    await deployments.patch('web', 'merge-patch', { spec: { replicas: 20 } });
    await become([10, 15]);
    await deployments.patch('web', 'merge-patch', { spec: { replicas: 5 } });
    await become([3, 4]);
    expect(await progress()).toBe('ReplicaSetUpdated');
    await deployments.patch('web', 'merge-patch', { spec: { template: { spec: { nodeSelector: null } } } });
    await rolledOut('web');
  });

  test('that is paused is scaled and not rolled', async () => {
    const { deployments, sets, rolledOut, setImage, eventually } = await start();
    await deployments.create(deployment('web', 1));
    await rolledOut('web');
    await deployments.patch('web', 'merge-patch', { spec: { paused: true } });
    await setImage('web', 'nginx:2');
    await deployments.patch('web', 'merge-patch', { spec: { replicas: 2 } });
    await eventually(async () => (await sets.list()).items[0]?.status?.readyReplicas === 2);
    expect((await sets.list()).items).toHaveLength(1);
    const progressing = async () => conditionOf((await deployments.get('web')).status?.conditions, 'Progressing');
    expect(await progressing()).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' });
    await deployments.patch('web', 'merge-patch', { spec: { paused: false } });
    await rolledOut('web');
    expect((await sets.list()).items).toHaveLength(2);
    await eventually(async () => (await progressing())?.reason === 'NewReplicaSetAvailable');
  });

  test('whose name for a template is taken finds another', async () => {
    const { deployments, sets, eventually, start: startControllers } = await start(['serviceaccount-controller']);
    const made = await deployments.create(deployment('web', 1));
    const name = `web-${computeHash(made.spec.template, undefined)}`;
    await sets.create({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name, namespace: NAMESPACE }, spec: { replicas: 0, selector: { matchLabels: { other: 'x' } }, template: { ...podTemplate('web', 'other'), metadata: { labels: { other: 'x' } } } } });
    await deployments.delete('web');
    startControllers(['deployment-controller']);
    await deployments.create(deployment('web', 1));
    const set = await eventually(async () => (await sets.list()).items.find(({ metadata }) => metadata.ownerReferences));
    expect(set.metadata.name).toBe(`web-${computeHash(made.spec.template, 1)}`);
    expect((await deployments.get('web')).status?.collisionCount).toBe(1);
  });

  test('with as long a name as may be has ReplicaSets with no longer ones', async () => {
    const { deployments, sets, eventually } = await start(['serviceaccount-controller', 'deployment-controller']);
    const name = 'x'.repeat(253);
    await deployments.create({ ...deployment('web', 1), metadata: { name, namespace: NAMESPACE } });
    const set = await eventually(async () => (await sets.list()).items[0]);
    expect(set.metadata.name).toMatch(/^x{240,}-\w+$/);
    expect(set.metadata.name).toHaveLength(253);
  });

  test('says why it has no ReplicaSet, and goes on when it may', async () => {
    const { client, deployments, eventually, start: startControllers } = await start(['serviceaccount-controller']);
    const roles = client.resource<KubeObject & { rules: { resources: string[] }[] }>({ group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles' });
    const role = await roles.get('system:controller:deployment-controller');
    const { metadata: { resourceVersion: _, ...metadata } } = role;
    await roles.update({ ...role, metadata, rules: role.rules.filter(({ resources }) => !resources.includes('replicasets')) });
    startControllers(['deployment-controller']);
    await deployments.create(deployment('web', 1));
    const progressing = (reason: string) => eventually(async () => {
      const found = conditionOf((await deployments.get('web')).status?.conditions, 'Progressing');
      return found?.reason === reason && found;
    });
    const failed = await progressing('ReplicaSetCreateError');
    expect(failed).toMatchObject({ status: 'False', message: expect.stringMatching(/^Failed to create new replica set "web-\w+": replicasets\.apps is forbidden: /) });
    await roles.update({ ...role, metadata });
    await progressing('NewReplicaSetCreated');
  });

  test('that does not get on says so after its deadline', async () => {
    const { deployments, clock, eventually } = await start(['serviceaccount-controller', 'deployment-controller', 'replicaset-controller']);
    await deployments.create(deployment('web', 1, { progressDeadlineSeconds: 60 }));
    const progressing = async () => conditionOf((await deployments.get('web')).status?.conditions, 'Progressing');
    await eventually(async () => (await progressing())?.reason === 'ReplicaSetUpdated');
    clock.step(62_000);
    const late = await eventually(async () => ((await progressing())?.reason === 'ProgressDeadlineExceeded' ? progressing() : undefined));
    expect(late).toMatchObject({ status: 'False', message: expect.stringMatching(/^ReplicaSet "web-\w+" has timed out progressing\.$/) });
  });

  test('gets on where somebody wrote conditions without times', async () => {
    const { deployments, rolledOut, setImage, errors } = await start();
    await deployments.create(deployment('web', 1));
    const done = await rolledOut('web');
    await deployments.updateStatus({ ...done, status: { ...done.status, conditions: [{ type: 'Progressing', status: 'True', reason: 'SomebodySaidSo' }] } });
    await setImage('web', 'nginx:2');
    await rolledOut('web');
    expect(errors).toEqual([]);
  });
});
