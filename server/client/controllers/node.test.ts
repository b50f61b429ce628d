/** The pretend node: what gives Pods to it, what runs there, and its signs of life. */
import { describe, expect, test } from 'vitest';
import { newControlledCluster } from '../testing/cluster.ts';
import { eventually as withoutTime } from '../testing/eventually.ts';
import { NAMESPACE, pod } from '../testing/objects.ts';
import { isNotFound } from '../../http/status.ts';
import { NODE_NAME } from './kubelet.ts';
import { conditionOf } from './pods.ts';
import { LEASES, NODES, PODS } from './resources.ts';

async function start() {
  const cluster = await newControlledCluster(['serviceaccount-controller', 'kube-scheduler', 'kubelet']);
  const { client, eventually } = cluster;
  const nodes = client.resource(NODES);
  const pods = client.resource(PODS, NAMESPACE);
  await eventually(async () => (await nodes.get(NODE_NAME)).spec.taints === undefined);
  await eventually(() => client.resource({ group: '', version: 'v1', resource: 'serviceaccounts' }, NAMESPACE).get('default'));
  return { ...cluster, nodes, pods, phase: (name: string, wanted: string) => eventually(async () => {
    const found = await pods.get(name);
    return found.status?.phase === wanted && found;
  }) };
}

describe('a Pod', () => {
  test('is given to the node, starts there and runs', async () => {
    const { pods, phase } = await start();
    const watch = await pods.watch();
    await pods.create(pod('one'));
    const running = await phase('one', 'Running');
    const seen: string[] = [];
    for (let event = await watch.next(); event && event.type !== 'ERROR'; event = await watch.next()) {
      const { spec, status } = event.object;
      seen.push(`${spec.nodeName ?? 'nowhere'} ${status?.phase} ${status?.startTime ? 'started' : ''}`.trim());
      if (status?.phase === 'Running') break;
    }
    watch.stop();
    expect(seen).toEqual(['nowhere Pending', `${NODE_NAME} Pending`, `${NODE_NAME} Pending started`, `${NODE_NAME} Running started`]);
    expect(running.status).toMatchObject({ podIP: '10.244.0.2', podIPs: [{ ip: '10.244.0.2' }], hostIP: '10.0.2.15', containerStatuses: [{ name: 'main', ready: true, started: true, restartCount: 0, state: { running: {} } }] });
    expect(['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready'].map((type) => conditionOf(running.status?.conditions, type)?.status)).toEqual(Array(5).fill('True'));
    await pods.create(pod('two'));
    expect((await phase('two', 'Running')).status?.podIP).toBe('10.244.0.3');
  });

  test('that shall not run for ever succeeds', async () => {
    const { pods, phase } = await start();
    await pods.create(pod('work', {}, { restartPolicy: 'OnFailure' }));
    const done = await phase('work', 'Succeeded');
    expect(conditionOf(done.status?.conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' });
    expect(done.status).toMatchObject({ containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }] });
  });

  test('that is deleted takes its time to stop', async () => {
    const { pods, phase, clock, eventually } = await start();
    await pods.create(pod('one'));
    await phase('one', 'Running');
    const at = clock.now();
    await pods.delete('one');
    expect((await pods.get('one')).metadata.deletionGracePeriodSeconds).toBe(30);
    await eventually(() => pods.get('one').then(() => false, isNotFound));
    expect(clock.now()).toBeGreaterThan(at);
  });

  test.each([
    ['it asks for another node', { nodeSelector: { disk: 'fast' } }, "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."],
    ['the node is closed', {}, '0/1 nodes are available: 1 node(s) were unschedulable.'],
  ])('waits where %s, and says so', async (_what, spec, message) => {
    const { nodes, pods, phase, eventually } = await start();
    await nodes.patch(NODE_NAME, 'merge-patch', { spec: { unschedulable: message.includes('unschedulable') } });
    await eventually(async () => (await nodes.get(NODE_NAME)).spec.unschedulable === (message.includes('unschedulable') || undefined));
    await pods.create(pod('one', {}, spec));
    const condition = await eventually(async () => conditionOf((await pods.get('one')).status?.conditions, 'PodScheduled'));
    expect(condition).toMatchObject({ status: 'False', reason: 'Unschedulable', message });
    await nodes.patch(NODE_NAME, 'merge-patch', { spec: { unschedulable: null }, metadata: { labels: { disk: 'fast' } } });
    await phase('one', 'Running');
  });

  test('is left alone where another scheduler is asked for, or a gate is closed', async () => {
    const { pods, phase } = await start();
    await pods.create(pod('theirs', {}, { schedulerName: 'another' }));
    await pods.create(pod('gated', {}, { schedulingGates: [{ name: 'example.com/wait' }] }));
    await pods.create(pod('ours'));
    await phase('ours', 'Running');
    expect((await pods.get('theirs')).spec.nodeName).toBeUndefined();
    expect((await pods.get('gated')).spec.nodeName).toBeUndefined();
  });
});

describe('the node', () => {
  test('is ready, and renews its lease every ten seconds', async () => {
    const { client, clock, nodes, eventually } = await start();
    expect(conditionOf((await nodes.get(NODE_NAME)).status?.conditions, 'Ready')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    const leases = client.resource(LEASES, 'kube-node-lease');
    const lease = await eventually(() => leases.get(NODE_NAME));
    expect(lease).toMatchObject({ spec: { holderIdentity: NODE_NAME, leaseDurationSeconds: 40 }, metadata: { ownerReferences: [{ kind: 'Node', name: NODE_NAME }] } });
    const renewed = async () => (await leases.get(NODE_NAME)).spec.renewTime !== lease.spec.renewTime;
    clock.step(5_000);
    expect(await renewed()).toBe(false);
    clock.step(5_000);
    await withoutTime(renewed);
  });

  test('comes back when its object is deleted', async () => {
    const { nodes, eventually } = await start();
    const { metadata } = await nodes.get(NODE_NAME);
    await nodes.delete(NODE_NAME);
    const again = await eventually(() => nodes.get(NODE_NAME).catch(() => undefined));
    expect(again.metadata.uid).not.toBe(metadata.uid);
  });
});
