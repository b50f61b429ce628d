import { expect, test } from 'vitest';
import { pod } from '../registry/registry.test-util.ts';
import { attributesOf, readerOf, run } from './admission.test-util.ts';
import { newRuntimeClass } from './runtime-class.ts';

const only = { key: 'sandbox', operator: 'Exists' };
const plugin = newRuntimeClass(
  readerOf(
    { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'sandboxed' }, handler: 'h', overhead: { podFixed: { cpu: '250m' } }, scheduling: { nodeSelector: { runtime: 'sandbox' }, tolerations: [only] } },
    { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'plain' }, handler: 'h' },
  ),
);
const admit = (spec: object) => run(plugin, attributesOf('pods', pod('p', spec)));

test('a Pod pays for its runtime and goes where it is', async () => {
  expect(await admit({ runtimeClassName: 'sandboxed', nodeSelector: { zone: 'a' }, tolerations: [{ key: 'x' }] })).toMatchObject({
    spec: { overhead: { cpu: '250m' }, nodeSelector: { zone: 'a', runtime: 'sandbox' }, tolerations: [{ key: 'x' }, only] },
  });
});

test.each([
  ['the same overhead in other words', { runtimeClassName: 'sandboxed', overhead: { cpu: '0.25' } }],
  ['a class that asks for nothing', { runtimeClassName: 'plain' }],
  ['no class', {}],
])('admits %s', async (_what, spec) => {
  await expect(admit(spec)).resolves.toBeDefined();
});

test.each([
  ['a class that is not there', { runtimeClassName: 'none' }, 'pods "p" is forbidden: pod rejected: RuntimeClass "none" not found'],
  ['another overhead', { runtimeClassName: 'sandboxed', overhead: { cpu: '1' } }, "pods \"p\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"],
  ['an overhead without a class', { overhead: { cpu: '1' } }, 'pods "p" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
  ['another place', { runtimeClassName: 'sandboxed', nodeSelector: { runtime: 'other' } }, 'pods "p" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[runtime] = sandbox; pod.spec.nodeSelector[runtime] = other'],
])('refuses %s', async (_what, spec, message) => {
  await expect(admit(spec)).rejects.toMatchObject({ message, status: { code: 403 } });
});
