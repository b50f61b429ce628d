/** kubectl against a server with its own controllers: what a user does with a cluster. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine, startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { kubectlInNamespace, newKubectl } from './kubectl.ts';
import type { Kubectl } from './kubectl.ts';

let stage: StageProcess;
beforeAll(async () => void (stage = await startStage('apiserver', ['--controllers=*'])));
afterAll(async () => void (await stage.stop()));

const names = async (kubectl: Kubectl, what: string) => (await kubectl(`get ${what} -o name`)).trim().split('\n').filter(Boolean).sort();
const gone = (kubectl: Kubectl, what: string) => expect.poll(() => names(kubectl, what)).toEqual([]);

describe('a cluster of one pretend node', () => {
  const kubectl = newKubectl(() => stage);

  test('has the node, and in each namespace what Pods need', async () => {
    await expect.poll(() => kubectl('get nodes')).toMatch(/^pretend-node +Ready +/m);
    await expect.poll(() => names(kubectl, 'serviceaccounts,configmaps -n kube-public')).toEqual(['configmap/kube-root-ca.crt', 'serviceaccount/default']);
    expect(await kubectl("get configmap kube-root-ca.crt -n kube-public -o jsonpath='{.data.ca\\.crt}'")).toBe(stage.ca);
    await expect.poll(() => names(kubectl, 'lease -n kube-node-lease')).toEqual(['lease.coordination.k8s.io/pretend-node']);
  });
});

describe('a deployment', () => {
  const kubectl = kubectlInNamespace(() => stage, 'rollouts');
  beforeAll(async () => void (await kubectl('create deployment web --image=nginx --replicas=3')));

  test('rolls out', async () => {
    expect(await kubectl('rollout status deployment/web --timeout=30s')).toContain('deployment "web" successfully rolled out\n');
    expect(await kubectl('get deployment web')).toMatch(/^web +3\/3 +3 +3 +/m);
    expect((await kubectl('get pods --no-headers')).trim().split('\n').map((line) => line.split(/ +/).slice(1, 4))).toEqual(Array(3).fill(['1/1', 'Running', '0']));
  });

  test('is scaled', async () => {
    await kubectl('scale deployment web --replicas=5');
    await kubectl('rollout status deployment/web --timeout=30s');
    await expect.poll(async () => (await names(kubectl, 'pods')).length).toBe(5);
    await kubectl('scale deployment web --replicas=2');
    await expect.poll(async () => (await names(kubectl, 'pods')).length).toBe(2);
  });

  test('gets another image, and goes back', async () => {
    await kubectl('set image deployment/web nginx=nginx:2');
    await kubectl('rollout status deployment/web --timeout=30s');
    expect(await kubectl("get pods --field-selector=status.phase=Running -o jsonpath='{.items[*].spec.containers[0].image}'")).toContain('nginx:2');
    const revisions = async () => [...(await kubectl('rollout history deployment/web')).matchAll(/^(\d+) /gm)].map(([, revision]) => revision);
    expect(await revisions()).toEqual(['1', '2']);
    await kubectl('rollout undo deployment/web');
    await kubectl('rollout status deployment/web --timeout=30s');
    expect(await revisions()).toEqual(['2', '3']);
    await kubectl('rollout restart deployment/web');
    await kubectl('rollout status deployment/web --timeout=30s');
    expect(await revisions()).toEqual(['2', '3', '4']);
    expect(await names(kubectl, 'replicasets')).toHaveLength(3);
  });

  test('has endpoints where it is exposed', async () => {
    await kubectl('expose deployment web --port=80 --target-port=8080');
    await expect.poll(() => kubectl('get endpointslices -l kubernetes.io/service-name=web --no-headers')).toMatch(/^web-\w+ +IPv4 +8080 +10\.244\.0\.\d+,10\.244\.0\.\d+ /);
    await expect.poll(() => kubectl('get endpoints web --no-headers')).toMatch(/^web +10\.244\.0\.\d+:8080,10\.244\.0\.\d+:8080 /);
    await kubectl('scale deployment web --replicas=1');
    await expect.poll(() => kubectl("get endpointslices -l kubernetes.io/service-name=web -o jsonpath='{.items[*].endpoints[*].targetRef.name}'")).toMatch(/^web-[\w-]+$/);
    await kubectl('delete service web');
    await gone(kubectl, 'endpoints,endpointslices');
  });

  test('that is deleted takes along what it made, in the background', async () => {
    await kubectl('delete deployment web');
    await gone(kubectl, 'deployments,replicasets,pods');
  });
});

describe('a deployment that is deleted', () => {
  const kubectl = kubectlInNamespace(() => stage, 'deletions');

  test('in the foreground goes last', async () => {
    await kubectl('create deployment web --image=nginx --replicas=2');
    await kubectl('rollout status deployment/web --timeout=30s');
    const [pod = ''] = await names(kubectl, 'pods');
    await kubectl(`patch ${pod} --type=merge -p '{"metadata":{"finalizers":["example.com/wait"]}}'`);
    await kubectl('delete deployment web --cascade=foreground --wait=false');
    await expect.poll(() => names(kubectl, 'pods')).toEqual([pod]);
    expect(await kubectl("get deployments,replicasets -o jsonpath='{.items[*].metadata.finalizers}'")).toBe('["foregroundDeletion"] ["foregroundDeletion"]');
    await kubectl(`patch ${pod} --type=merge -p '{"metadata":{"finalizers":null}}'`);
    await gone(kubectl, 'deployments,replicasets,pods');
  });

  test('may leave behind what it made', async () => {
    await kubectl('create deployment web --image=nginx');
    await kubectl('rollout status deployment/web --timeout=30s');
    const before = await names(kubectl, 'replicasets,pods');
    await kubectl('delete deployment web --cascade=orphan');
    await gone(kubectl, 'deployments');
    expect(await names(kubectl, 'replicasets,pods')).toEqual(before);
    expect(await kubectl("get replicasets -o jsonpath='{.items[*].metadata.ownerReferences}'")).toBe('');
    await kubectl('delete replicasets --all');
    await gone(kubectl, 'replicasets,pods');
  });
});

describe('other work', () => {
  const kubectl = kubectlInNamespace(() => stage, 'work');

  test('of a job completes', async () => {
    await kubectl('create job pi --image=perl');
    expect(await kubectl('wait --for=condition=complete job/pi --timeout=30s')).toBe('job.batch/pi condition met\n');
    expect(await kubectl('get job pi')).toMatch(/^pi +Complete +1\/1 +/m);
    expect(await kubectl('get pods')).toMatch(/^pi-\w+ +0\/1 +Completed +0 +/m);
    await kubectl('delete job pi');
    await gone(kubectl, 'jobs,pods');
  });

  test('is counted by a quota', async () => {
    await kubectl('create quota limits --hard=pods=5,services=2,count/deployments.apps=3');
    await kubectl('create deployment web --image=nginx --replicas=2');
    await expect.poll(() => kubectl("get quota limits -o jsonpath='{.status.used}'")).toBe('{"count/deployments.apps":"1","pods":"2","services":"0"}');
    expect(await kubectl('describe quota limits')).toMatch(/^pods +2 +5$/m);
  });

  test('ends with its namespace', async () => {
    await kubectl('create namespace ending');
    await kubectl('create deployment web --image=nginx --replicas=2 -n ending');
    await kubectl('rollout status deployment/web -n ending --timeout=30s');
    expect(await kubectl('delete namespace ending --timeout=30s')).toContain('namespace "ending" deleted');
    expect(await kubectl.fails('get namespace ending')).toContain('namespaces "ending" not found');
  });
});

test('what the controllers did went well', () => {
  expect(stage.stderr()).toBe('');
});

describe('a server started with controllers', () => {
  test('that it has no API for does not start', async () => {
    const { code, stderr } = await runCommandLine('stage', 'handler', '--controllers=*');
    expect(code).toBe(1);
    expect(stderr).toBe('--controllers: stage handler has too little of an API for them (storage is the first that has enough)\n');
  });

  test('of which one has no such name does not start', async () => {
    const { code, stderr } = await runCommandLine('stage', 'apiserver', '--controllers=*,nobody');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^invalid value for --controllers: "nobody" is not in the list of known controllers: [^\n]+\n$/);
  });

  test('that are some runs those', async () => {
    const few = await startStage('apiserver', ['--controllers=*,-kubelet']);
    const kubectl = newKubectl(() => few);
    await expect.poll(() => names(kubectl, 'serviceaccounts')).toEqual(['serviceaccount/default']);
    await kubectl('create deployment web --image=nginx');
    await expect.poll(() => kubectl('get pods')).toMatch(/^web-\w+-\w+ +0\/1 +Pending +/m);
    expect(await names(kubectl, 'nodes')).toEqual([]);
    expect(await few.stop()).toBe(0);
  });
});
