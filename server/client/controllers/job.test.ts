import { describe, expect, test } from 'vitest';
import { newControlledCluster } from '../testing/cluster.ts';
import { NAMESPACE, job } from '../testing/objects.ts';
import { conditionOf } from './pods.ts';
import { JOBS, PODS } from './resources.ts';
import type { Job } from './workload-types.ts';

const FINALIZER = 'batch.kubernetes.io/job-tracking';
const alone = ['serviceaccount-controller', 'job-controller'];
const withNode = [...alone, 'kube-scheduler', 'kubelet', 'garbage-collector-controller'];

async function start(controllers: string[]) {
  const cluster = await newControlledCluster(controllers);
  const jobs = cluster.client.resource(JOBS, NAMESPACE);
  const pods = cluster.client.resource(PODS, NAMESPACE);
  const is = (name: string, type: string) => cluster.eventually(async () => {
    const found = await jobs.get(name);
    return conditionOf(found.status?.conditions, type)?.status === 'True' && found;
  });
  const finish = async (phase: 'Succeeded' | 'Failed') => {
    const [running] = await cluster.eventually(async () => {
      const { items } = await pods.list();
      const left = items.filter(({ status }) => status?.phase === 'Pending');
      return left.length > 0 && left;
    });
    await pods.updateStatus({ ...running!, status: { ...running!.status, phase } });
  };
  // the server fills in what a user leaves out
  const create = (name: string, spec: Partial<Job['spec']> = {}) => jobs.create(job(name, spec) as Job);
  return { ...cluster, jobs, pods, is, finish, create };
}

describe('a Job', () => {
  test('runs to its completion, and its Pods may go then', async () => {
    const { jobs, pods, is, create, errors, eventually } = await start(withNode);
    await create('pi', { completions: 3, parallelism: 2 });
    const { status } = await is('pi', 'Complete');
    expect(status).toMatchObject({ succeeded: 3, ready: 0, terminating: 0, uncountedTerminatedPods: {}, startTime: expect.any(String), completionTime: expect.any(String) });
    expect(status).not.toHaveProperty('active');
    expect(status?.conditions?.map(({ type, reason, message }) => [type, reason, message])).toEqual(['SuccessCriteriaMet', 'Complete'].map((type) => [type, 'CompletionsReached', 'Reached expected number of succeeded pods']));
    const { items } = await pods.list();
    expect(items).toHaveLength(3);
    expect(items.every(({ metadata }) => metadata.finalizers === undefined)).toBe(true);
    await jobs.delete('pi', { propagationPolicy: 'Background' });
    await eventually(async () => (await pods.list()).items.length === 0);
    expect(errors).toEqual([]);
  });

  test('has never more Pods at once than it wants', async () => {
    const { pods, is, finish, create, eventually } = await start(alone);
    await create('pi', { completions: 3, parallelism: 2 });
    await eventually(async () => (await pods.list()).items.length === 2);
    expect((await pods.list()).items[0]?.metadata).toMatchObject({ finalizers: [FINALIZER], labels: { 'job-name': 'pi', 'batch.kubernetes.io/job-name': 'pi' }, ownerReferences: [{ kind: 'Job', name: 'pi', controller: true }] });
    await finish('Succeeded');
    await eventually(async () => (await pods.list()).items.length === 3);
    await finish('Succeeded');
    await finish('Succeeded');
    const { status } = await is('pi', 'Complete');
    expect(status?.succeeded).toBe(3);
    expect((await pods.list()).items).toHaveLength(3);
  });

  test('gives up when more Pods have failed than it takes', async () => {
    const { is, finish, create } = await start(alone);
    await create('pi', { backoffLimit: 1 });
    await finish('Failed');
    await finish('Failed');
    const { status } = await is('pi', 'Failed');
    expect(status).toMatchObject({ failed: 2 });
    expect(conditionOf(status?.conditions, 'Failed')).toMatchObject({ reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' });
    expect(conditionOf(status?.conditions, 'FailureTarget')?.status).toBe('True');
    expect(status).not.toHaveProperty('completionTime');
  });

  test('waits before it replaces a Pod that has failed, longer each time', async () => {
    const { pods, finish, create, eventually } = await start(alone);
    await create('pi');
    for (const count of [1, 2, 3]) {
      await eventually(async () => (await pods.list()).items.length === count);
      await finish('Failed');
    }
    const [first = 0, second = 0, third = 0] = (await pods.list()).items.map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '')).sort();
    expect(second - first).toBeGreaterThanOrEqual(10_000);
    expect(third - second).toBeGreaterThanOrEqual(20_000);
  });

  test('replaces a Pod that somebody deletes, and counts it as failed', async () => {
    const { jobs, pods, is, create, eventually } = await start(withNode);
    await create('pi');
    const [first] = await eventually(async () => {
      const { items } = await pods.list();
      return items[0]?.spec.nodeName !== undefined && items;
    });
    await pods.delete(first?.metadata.name ?? '');
    const { status } = await is('pi', 'Complete');
    expect(status).toMatchObject({ succeeded: 1, failed: 1 });
    await eventually(async () => (await pods.list()).items.length === 1);
    expect((await jobs.get('pi')).status?.uncountedTerminatedPods).toEqual({});
  });

  test('that is gone keeps no Pod', async () => {
    const { jobs, pods, create, eventually } = await start(alone);
    await create('pi');
    await eventually(async () => (await pods.list()).items.length === 1);
    await jobs.delete('pi', { propagationPolicy: 'Orphan' });
    await jobs.patch('pi', 'merge-patch', { metadata: { finalizers: [] } });
    await eventually(async () => (await pods.list()).items[0]?.metadata.finalizers === undefined);
  });

  test('that is suspended has not started, and has no Pods until it goes on', async () => {
    const { jobs, pods, finish, is, create } = await start(alone);
    await create('pi', { suspend: true });
    const suspended = await is('pi', 'Suspended');
    expect(suspended.status).not.toHaveProperty('startTime');
    expect(conditionOf(suspended.status?.conditions, 'Suspended')).toMatchObject({ reason: 'JobSuspended', message: 'Job suspended' });
    expect((await pods.list()).items).toEqual([]);
    await jobs.patch('pi', 'merge-patch', { spec: { suspend: false } });
    await finish('Succeeded');
    const { status } = await is('pi', 'Complete');
    expect(conditionOf(status?.conditions, 'Suspended')).toMatchObject({ status: 'False', reason: 'JobResumed', message: 'Job resumed' });
    expect(status).toMatchObject({ startTime: expect.any(String), succeeded: 1 });
  });

  test('that is suspended, or made smaller, loses Pods that have not failed', async () => {
    const { jobs, pods, is, create, eventually } = await start(alone);
    const has = (count: number) => eventually(async () => (await pods.list()).items.length === count);
    await create('pi', { completions: 9, parallelism: 9, backoffLimit: 0 });
    await has(9);
    await jobs.patch('pi', 'merge-patch', { spec: { parallelism: 2 } });
    await has(2);
    await jobs.patch('pi', 'merge-patch', { spec: { suspend: true } });
    const { status } = await is('pi', 'Suspended');
    await has(0);
    expect(status).not.toHaveProperty('startTime');
    await jobs.patch('pi', 'merge-patch', { spec: { suspend: false } });
    await has(2);
    const { status: resumed } = await jobs.get('pi');
    expect(resumed).not.toHaveProperty('failed');
    expect(resumed?.startTime).toEqual(expect.any(String));
  });

  test('ends when its time is over, however it stands', async () => {
    const { pods, is, create, eventually } = await start(alone);
    await create('pi', { activeDeadlineSeconds: 30 });
    await eventually(async () => (await pods.list()).items.length === 1);
    const { status } = await is('pi', 'Failed');
    expect(conditionOf(status?.conditions, 'Failed')).toMatchObject({ reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' });
    await eventually(async () => (await pods.list()).items.length === 0);
  });
});
