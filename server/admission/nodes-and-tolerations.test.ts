import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { pod } from '../registry/registry.test-util.ts';
import { attributesOf, run } from './admission.test-util.ts';
import { newDefaultTolerationSeconds } from './default-toleration-seconds.ts';
import { newTaintNodesByCondition } from './taint-nodes-by-condition.ts';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
const node = (taints?: object[]): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, ...(taints && { spec: { taints } }) });

test.each([
  [undefined, [notReady]],
  [[{ key: 'a', effect: 'NoExecute' }], [{ key: 'a', effect: 'NoExecute' }, notReady]],
  [[{ ...notReady, value: 'x' }], [{ ...notReady, value: 'x' }]],
])('a new node with taints %j has %j', async (taints, expected) => {
  expect(await run(newTaintNodesByCondition(), attributesOf('nodes', node(taints)))).toMatchObject({ spec: { taints: expected } });
});

test('a node that is there is not tainted again', async () => {
  expect(await run(newTaintNodesByCondition(), attributesOf('nodes', node([]), { oldObject: node([]) }))).toMatchObject({ spec: { taints: [] } });
});

const stays = (key: string) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });

test.each([
  ['nothing', [], [stays('not-ready'), stays('unreachable')]],
  ['one of them', [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }], [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }, stays('unreachable')]],
  ['everything', [{ operator: 'Exists' }], [{ operator: 'Exists' }]],
  ['another effect', [{ ...notReady, operator: 'Exists' }], [{ ...notReady, operator: 'Exists' }, stays('not-ready'), stays('unreachable')]],
])('a Pod that tolerates %s', async (_what, tolerations, expected) => {
  const { spec } = await run(newDefaultTolerationSeconds(), attributesOf('pods', pod('p', { tolerations })));
  expect(spec).toMatchObject({ tolerations: expected });
});
