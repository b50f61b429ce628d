import { expect, test } from 'vitest';
import { newControlledCluster } from '../testing/cluster.ts';
import { NAMESPACE, job, namesOf } from '../testing/objects.ts';
import { conditionOf } from './pods.ts';
import { JOBS, PODS } from './resources.ts';
import type { Job } from './workload-types.ts';

test('a Job that is over goes with its Pods when its time has come, and one that is to stay stays', async () => {
  const { client, clock, eventually, errors } = await newControlledCluster(['serviceaccount-controller', 'job-controller', 'ttl-after-finished-controller', 'kube-scheduler', 'kubelet', 'garbage-collector-controller']);
  const jobs = client.resource(JOBS, NAMESPACE);
  const create = (name: string, spec: Partial<Job['spec']> = {}) => jobs.create(job(name, spec) as Job);
  await eventually(() => create('goes', { ttlSecondsAfterFinished: 3600 }));
  await create('stays');
  const over = async (name: string) => conditionOf((await jobs.get(name)).status?.conditions, 'Complete')?.status === 'True';
  await eventually(async () => (await over('goes')) && (await over('stays')));
  clock.step(3_500_000);
  expect(namesOf((await jobs.list()).items)).toEqual(['goes', 'stays']);
  clock.step(100_000);
  await eventually(async () => namesOf((await jobs.list()).items).join() === 'stays');
  expect((await client.resource(PODS, NAMESPACE).list()).items.map(({ metadata }) => metadata.labels?.['job-name'])).toEqual(['stays']);
  expect(errors).toEqual([]);
});
