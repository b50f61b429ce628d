import { expect, test } from 'vitest';
import { parseFieldSelector } from '../../apimachinery/fields.ts';
import { everythingLabels } from '../../apimachinery/labels.ts';
import { newFieldManager } from '../../apimachinery/managedfields/field-manager.ts';
import { newScheme } from '../../apimachinery/scheme.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { ListOptions } from '../rest.ts';
import { WRITE, allow, newTestRegistry, requestFor } from '../registry.test-util.ts';
import { autoscalingV1 } from './autoscaling-v1.ts';
import { eventsV1 } from './events-v1.ts';
import { conversionBetween } from './shared-storage.ts';

const registry = newTestRegistry();
const inNamespace = () => requestFor({ namespace: 'ns' });
const coreEvents = registry.rest('v1', 'events');
const events = registry.rest('events.k8s.io/v1', 'events');
const newest = { resourceVersion: '' };

const coreEvent = (name: string, fields: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, namespace: 'ns' },
  involvedObject: { kind: 'Pod', name: 'p', namespace: 'ns' },
  message: 'm',
  source: { component: 'c' },
  count: 1,
  ...fields,
});

const select = (selector: string): ListOptions => ({
  labelSelector: everythingLabels,
  fieldSelector: parseFieldSelector(selector),
  resourceVersion: '',
  resourceVersionMatch: '',
  limit: 0,
  continue: '',
  allowWatchBookmarks: false,
  watch: false,
});

test('an Event of one group is read in the other', async () => {
  await coreEvents.create(inNamespace(), coreEvent('e1'), allow, WRITE);
  const seen = await events.get(inNamespace(), 'e1', newest);
  expect(seen).toMatchObject({ apiVersion: 'events.k8s.io/v1', regarding: { name: 'p' }, note: 'm', deprecatedSource: { component: 'c' }, deprecatedCount: 1 });
  expect(seen).not.toHaveProperty('message');
});

test('an Event is changed in either group, and checked by the rules of that group', async () => {
  await coreEvents.create(inNamespace(), coreEvent('e2'), allow, WRITE);
  const change = (fields: object) => ({ updatedObject: async (_ctx: unknown, live: KubeObject | undefined) => ({ ...live!, ...fields }) });
  await coreEvents.update(inNamespace(), 'e2', change({ message: 'again' }), allow, allow, { ...WRITE, forceAllowCreate: false });
  expect(await events.get(inNamespace(), 'e2', newest)).toMatchObject({ note: 'again' });
  const strict = events.update(inNamespace(), 'e2', change({ note: 'once more' }), allow, allow, { ...WRITE, forceAllowCreate: false });
  await expect(strict).rejects.toMatchObject({ status: { code: 422 } });
});

test('lists and selects under the names of the version that is asked', async () => {
  await coreEvents.create(inNamespace(), coreEvent('other', { involvedObject: { kind: 'Pod', name: 'q', namespace: 'ns' } }), allow, WRITE);
  const list = await events.list(inNamespace(), select('regarding.name=q'));
  expect(list).toMatchObject({ kind: 'EventList', apiVersion: 'events.k8s.io/v1' });
  expect(list.items.map((item) => [item.apiVersion, item.metadata.name])).toEqual([['events.k8s.io/v1', 'other']]);
});

test('a watch on one group sees the writes of the other', async () => {
  const watch = await events.watch(inNamespace(), { ...select('metadata.name=late'), watch: true });
  await coreEvents.create(inNamespace(), coreEvent('late'), allow, WRITE);
  for await (const { type, object } of watch) {
    expect([type, object.apiVersion, object['note']]).toEqual(['ADDED', 'events.k8s.io/v1', 'm']);
    break;
  }
  watch.stop();
});

test('admission sees the object in the version of the request', async () => {
  const seen: string[] = [];
  const note = async (_ctx: unknown, obj: KubeObject) => void seen.push(obj.apiVersion);
  const event = { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name: 'new', namespace: 'ns' }, regarding: { kind: 'Pod', namespace: 'ns' }, eventTime: '2026-01-01T00:00:00.000000Z', reportingController: 'example.com/c', reportingInstance: 'i', action: 'Run', reason: 'R', type: 'Normal' };
  expect(await events.create(inNamespace(), event, note, WRITE)).toMatchObject({ apiVersion: 'events.k8s.io/v1', reportingController: 'example.com/c' });
  expect(await events.delete(inNamespace(), 'new', note, { dryRun: false })).toMatchObject({ deleted: true });
  expect(new Set(seen)).toEqual(new Set(['events.k8s.io/v1']));
});

test('converting an Event there and back changes nothing', () => {
  const event = coreEvent('e', { reportingComponent: 'r', reportingInstance: 'i', eventTime: null, firstTimestamp: '2026-01-01T00:00:00Z' });
  expect(eventsV1.toStorage(eventsV1.fromStorage(event))).toEqual(event);
});

const hpa = (apiVersion: string, spec: object, status: object = {}, annotations?: Record<string, string>): KubeObject => ({
  apiVersion,
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'h', namespace: 'ns', ...(annotations && { annotations }) },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, minReplicas: 1, maxReplicas: 3, ...spec },
  status,
});
const cpu = (averageUtilization: number) => ({ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } });
const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } };

test.each([
  ['a CPU target', hpa('autoscaling/v1', { targetCPUUtilizationPercentage: 55 }), hpa('autoscaling/v2', { metrics: [cpu(55)] })],
  ['nothing said, which means 80 %', hpa('autoscaling/v1', {}), hpa('autoscaling/v2', { metrics: [cpu(80)] })],
  [
    'other metrics, in an annotation',
    hpa('autoscaling/v1', { targetCPUUtilizationPercentage: 55 }, {}, { 'autoscaling.alpha.kubernetes.io/metrics': '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}}]' }),
    hpa('autoscaling/v2', { metrics: [memory, cpu(55)] }),
  ],
  ['an annotation that is no JSON', hpa('autoscaling/v1', {}, {}, { 'autoscaling.alpha.kubernetes.io/metrics': '[' }), hpa('autoscaling/v2', { metrics: [cpu(80)] })],
])('autoscaling/v1 with %s is stored as v2', (_what, v1, v2) => {
  expect(autoscalingV1.toStorage(v1)).toEqual(v2);
});

const metric = { name: 'rps', selector: { matchLabels: { a: 'b' } } };
const full = hpa(
  'autoscaling/v2',
  {
    metrics: [
      memory,
      { type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue: '10' } } },
      { type: 'Object', object: { describedObject: { kind: 'Ingress', name: 'i', apiVersion: 'networking.k8s.io/v1' }, metric, target: { type: 'Value', value: '5' } } },
      { type: 'External', external: { metric, target: { type: 'AverageValue', averageValue: '7' } } },
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'app', target: { type: 'Utilization', averageUtilization: 30 } } },
      cpu(55),
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 5, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 1, periodSeconds: 15 }] } },
  },
  {
    currentReplicas: 1,
    desiredReplicas: 2,
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12, averageValue: '10m' } } }],
    conditions: [{ type: 'AbleToScale', status: 'True', reason: 'R', lastTransitionTime: '2026-01-01T00:00:00Z' }],
  },
);

test('an autoscaler goes through v1 and comes back the same', () => {
  const v1 = autoscalingV1.fromStorage(full);
  expect(v1).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 55 }, status: { currentCPUUtilizationPercentage: 12 } });
  expect(v1.spec).not.toHaveProperty('metrics');
  expect(autoscalingV1.toStorage(v1)).toEqual(full);
});

test('an autoscaler made in v1 is read in v2', async () => {
  await registry.create('horizontalpodautoscalers', hpa('autoscaling/v1', { targetCPUUtilizationPercentage: 55 }));
  expect(await registry.rest('autoscaling/v2', 'horizontalpodautoscalers').get(inNamespace(), 'h', newest)).toMatchObject({ apiVersion: 'autoscaling/v2', spec: { metrics: [cpu(55)] } });
  expect(await registry.rest('autoscaling/v1', 'horizontalpodautoscalers').get(inNamespace(), 'h', newest)).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 55 }, status: { currentReplicas: 0 } });
});

test('whoever applied in one version owns the same fields in the other', () => {
  const manager = (version: 'v1' | 'v2') => {
    const own = { group: 'autoscaling', version };
    return newFieldManager({
      scheme: newScheme(),
      kind: { ...own, kind: 'HorizontalPodAutoscaler' },
      subresource: '',
      clock: { now: () => 0 },
      conversionTo: (other) => conversionBetween({ ...own, resource: 'horizontalpodautoscalers' }, other),
    });
  };
  const hpa = (version: string, spec: object): KubeObject => ({ apiVersion: `autoscaling/${version}`, kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' }, spec });
  const cpu = (averageUtilization: number) => [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }];
  const made = manager('v1').apply(undefined, hpa('v1', { maxReplicas: 3, targetCPUUtilizationPercentage: 50 }), 'one', false);
  const live = autoscalingV1.toStorage({ ...made, metadata: { ...made.metadata, uid: 'u' } });

  const change = () => manager('v2').apply(live, hpa('v2', { maxReplicas: 4, metrics: cpu(60) }), 'two', false);
  expect(change).toThrow('Apply failed with 2 conflicts: conflicts with "one":\n- .spec.maxReplicas\n- .spec.targetCPUUtilizationPercentage');
  const shared = manager('v2').apply(live, hpa('v2', { metrics: cpu(50) }), 'two', false);
  const left = manager('v1').apply(autoscalingV1.fromStorage(shared), hpa('v1', { maxReplicas: 3 }), 'one', false);
  expect(left.spec).toMatchObject({ maxReplicas: 3, targetCPUUtilizationPercentage: 50 });
  const alone = manager('v1').apply(autoscalingV1.fromStorage(live), hpa('v1', { maxReplicas: 3 }), 'one', false);
  expect(alone.spec).not.toHaveProperty('targetCPUUtilizationPercentage');
});
