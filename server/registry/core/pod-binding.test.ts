import { expect, test } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import { WRITE, allow, newTestRegistry, pod, requestFor } from '../registry.test-util.ts';

const registry = newTestRegistry();
const about = (name: string) => ({ namespace: 'ns', resource: 'pods', name });
const binding = (name: string, target: object, metadata: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Binding', metadata: { name, ...metadata }, target });
const bind = (name: string, obj: KubeObject) => registry.rest('v1', 'pods', 'binding').create(requestFor(about(name)), obj, allow, WRITE);
const read = (name: string) => registry.rest('v1', 'pods').get(requestFor(about(name)), name, { resourceVersion: '' });

test('puts a Pod on a node, says so in its conditions, and takes over labels and annotations', async () => {
  await registry.create('pods', pod('a'));
  expect(await bind('a', binding('a', { kind: 'Node', name: 'n1' }, { labels: { zone: 'z' }, annotations: { why: 'fits' } }))).toMatchObject({ status: 'Success', code: 201 });
  expect(await read('a')).toMatchObject({
    metadata: { labels: { zone: 'z' }, annotations: { why: 'fits' } },
    spec: { nodeName: 'n1' },
    status: { conditions: [{ type: 'PodScheduled', status: 'True' }] },
  });
});

test('binds by the body alone at the namespace, too', async () => {
  await registry.create('pods', pod('legacy'));
  await registry.rest('v1', 'bindings').create(requestFor({ namespace: 'ns' }), binding('legacy', { name: 'n1' }), allow, WRITE);
  expect(await read('legacy')).toMatchObject({ spec: { nodeName: 'n1' } });
});

test.each([
  ['bound', { spec: { nodeName: 'n0' } }, 'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "n0"'],
  ['gated', { spec: { schedulingGates: [{ name: 'example.com/wait' }] } }, 'Operation cannot be fulfilled on pods/binding "gated": pod gated has non-empty .spec.schedulingGates'],
])('refuses a Pod that is %s', async (name, { spec }, message) => {
  await registry.create('pods', pod(name, spec));
  await expect(bind(name, binding(name, { name: 'n1' }))).rejects.toMatchObject({ message, status: { code: 409 } });
});

test.each([
  ['another name than the path', binding('b', { name: 'n1' }), 'name in URL does not match name in Binding object'],
  ['a target that is no node', binding('a', { kind: 'Pod', name: '' }), '[target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>", target.name: Required value]'],
])('refuses %s', async (_what, obj, message) => {
  await expect(bind('a', obj)).rejects.toThrow(message);
});

test('needs a name in the body where the path has none', async () => {
  await expect(registry.rest('v1', 'bindings').create(requestFor({ namespace: 'ns' }), binding('', { name: 'n1' }), allow, WRITE)).rejects.toMatchObject({ message: 'Name parameter required.', status: { code: 400 } });
});

test('binds nothing in a dry run', async () => {
  await registry.create('pods', pod('dry'));
  await registry.rest('v1', 'pods', 'binding').create(requestFor(about('dry')), binding('dry', { name: 'n1' }), allow, { ...WRITE, dryRun: true });
  expect(await read('dry')).not.toHaveProperty('spec.nodeName');
});
