import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { attributesOf, readerOf, run } from './admission.test-util.ts';
import { newPodResizeValidator } from './pod-resize.ts';

const node = (name: string, os: string): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/os': os } }, status: { allocatable: { cpu: '2', memory: '1Gi' } } });
const plugin = newPodResizeValidator(readerOf(node('n', 'linux'), node('w', 'windows')));
const requests = (cpu: string, memory = '1Mi') => ({ resources: { requests: { cpu, memory } } });
const pod = (spec: object, generation = 2): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', generation }, spec: { nodeName: 'n', ...spec } });
const resize = (spec: object, subresource = 'resize', generation = 2) => run(plugin, attributesOf('pods', pod(spec, generation), { subresource, oldObject: pod({}, 1) }));

describe('a resize', () => {
  test.each<[string, object]>([
    ['fits', { containers: [requests('1'), requests('1')] }],
    ['fits, where what starts first is gone by then', { containers: [requests('2')], initContainers: [requests('2')] }],
    ['is of a Pod without a node', { nodeName: '', containers: [requests('9')] }],
  ])('passes if it %s', async (_what, spec) => {
    await resize(spec);
  });

  test.each<[string, object, string, string | undefined]>([
    ['too large', { containers: [requests('1500m'), requests('1', '2Gi')] }, "node didn't have enough allocatable resources: cpu, requested: 2500, allocatable: 2000; memory, requested: 2148532224, allocatable: 1073741824", 'NodeCapacity'],
    ['too large with its sidecar', { containers: [requests('2')], initContainers: [{ restartPolicy: 'Always', ...requests('1') }] }, "node didn't have enough allocatable resources: cpu, requested: 3000, allocatable: 2000", 'NodeCapacity'],
    ['on Windows', { nodeName: 'w', containers: [] }, 'pod resize is only supported on linux nodes, node "w" is "windows"', 'UnsupportedPlatform'],
    ['on no node that there is', { nodeName: 'gone', containers: [] }, 'node "gone" not found', undefined],
  ])('is refused if it is %s', async (_what, spec, why, reason) => {
    await expect(resize(spec)).rejects.toMatchObject({ status: { code: 403, message: `pods "p" is forbidden: ${why}`, details: reason ? { causes: [{ reason }] } : { name: 'p' } } });
  });

  test('that changes nothing is not looked at, nor is another write', async () => {
    await resize({ containers: [requests('9')] }, 'resize', 1);
    await resize({ containers: [requests('9')] }, '');
  });
});
