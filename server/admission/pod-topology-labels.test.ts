import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { attributesOf, readerOf, run } from './admission.test-util.ts';
import { newPodTopologyLabels } from './pod-topology-labels.ts';

const zone = { 'topology.kubernetes.io/zone': 'z1', 'topology.kubernetes.io/region': 'r1' };
const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels: { ...zone, 'kubernetes.io/hostname': 'n1' } } };
const plugin = newPodTopologyLabels(readerOf(node));
const pod = (nodeName?: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: { app: 'x', 'topology.kubernetes.io/zone': 'mine' } }, spec: { ...(nodeName && { nodeName }) } });
const binding = (kind: string, name = 'n1'): KubeObject => ({ apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind, name } });

test.each<[string, KubeObject, string, object | undefined]>([
  ['a Pod that comes with its node', pod('n1'), '', { app: 'x', ...zone }],
  ['a Pod without a node', pod(), '', pod().metadata.labels],
  ['a Pod on a node that is not there', pod('n2'), '', pod().metadata.labels],
  ['a binding to the node', binding('Node'), 'binding', zone],
  ['a binding that does not say to what', binding(''), 'binding', undefined],
  ['an eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } }, 'eviction', undefined],
])('%s', async (_what, object, subresource, labels) => {
  expect((await run(plugin, attributesOf('pods', object, { subresource }))).metadata.labels).toEqual(labels);
});
