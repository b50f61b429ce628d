/** kubectl against stage `informer`, whose controllers run without being asked for. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine, startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { newKubectl } from './kubectl.ts';

describe('stage informer', () => {
  let stage: StageProcess;
  const kubectl = newKubectl(() => stage);
  const pods = async () => (await kubectl('get pods --no-headers')).trim().split('\n').filter((line) => /^web-/.test(line)).map((line) => line.split(/ +/).slice(1, 3));

  beforeAll(async () => void (stage = await startStage('informer')));
  afterAll(async () => void (await stage.stop()));

  test('rolls a Deployment out, as soon as it says that it is ready', async () => {
    await kubectl('create deployment web --image=nginx --replicas=2');
    expect(await kubectl('rollout status deployment/web --timeout=30s')).toContain('deployment "web" successfully rolled out\n');
    expect(await pods()).toEqual(Array(2).fill(['1/1', 'Running']));
  });

  test('collects what a Deployment leaves behind', async () => {
    await kubectl('delete deployment web');
    await expect.poll(pods).toEqual([]);
    expect((await kubectl('get replicasets -o name')).trim()).toBe('');
  });

  test('leaves a Pod alone that asks for another scheduler, until somebody binds it', async () => {
    await kubectl('create -f -', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lonely' }, spec: { schedulerName: 'nobody', containers: [{ name: 'c', image: 'nginx' }] } });
    expect(await kubectl('get pod lonely --no-headers')).toMatch(/^lonely +0\/1 +Pending /);
    await kubectl('create --raw /api/v1/namespaces/default/pods/lonely/binding -f -', { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'lonely' }, target: { kind: 'Node', name: 'pretend-node' } });
    await expect.poll(() => kubectl('get pod lonely --no-headers')).toMatch(/^lonely +1\/1 +Running /);
  });

  test('has complained of nothing', () => {
    expect(stage.stderr()).toBe('');
  });
});

test('stage informer runs without those of its controllers that are left out', async () => {
  const stage = await startStage('informer', ['--controllers=*,-kube-scheduler']);
  const kubectl = newKubectl(() => stage);
  await kubectl('create deployment web --image=nginx');
  await expect.poll(() => kubectl('get pods --no-headers')).toMatch(/^web-\w+-\w+ +0\/1 +Pending /m);
  expect(await kubectl('get nodes --no-headers')).toMatch(/^pretend-node +Ready /);
  expect(await stage.stop()).toBe(0);
});

test('the help names the stage', async () => {
  const { stdout } = await runCommandLine('stage', '--help');
  expect(stdout).toMatch(/watch, informer, apiserver/);
});
