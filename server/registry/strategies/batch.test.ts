import { expect, test } from 'vitest';
import { newTestRegistry } from '../registry.test-util.ts';

const registry = newTestRegistry();
const job = (name: string, labels: object | undefined, template: object) => ({
  apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'ns', ...labels },
  spec: { template: { ...template, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
});
const generated = (name: string) => ({ 'job-name': name, 'batch.kubernetes.io/job-name': name, 'controller-uid': expect.any(String) as string, 'batch.kubernetes.io/controller-uid': expect.any(String) as string });

test.each([
  ['those of its template where it has none', 'a', {}, { metadata: { labels: { x: 'y' } } }, { x: 'y', ...generated('a') }],
  ['those that are made for its Pods where there are no others', 'b', {}, {}, generated('b')],
  ['its own', 'c', { labels: { own: '1' } }, { metadata: { labels: { x: 'y' } } }, { own: '1' }],
])('a Job is labelled with %s', async (_what, name, labels, template, expected) => {
  expect((await registry.create('jobs', job(name, labels, template))).metadata.labels).toEqual(expected);
});
