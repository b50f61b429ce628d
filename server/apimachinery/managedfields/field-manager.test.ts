import { expect, test } from 'vitest';
import type { KubeObject } from '../types.ts';
import { applied, configMap, deployment, newTestManager, owners, pod, received, stored } from './testing.ts';

const owned = (data: Record<string, unknown>) => JSON.stringify({ 'f:data': data });
const cm = (data: Record<string, string>, metadata = {}): KubeObject => received(configMap, { metadata: { name: 'a', ...metadata }, data });
const created = (data: Record<string, string>) => stored(newTestManager(configMap).update(undefined, cm(data), 'maker'));

test('who creates a pod owns what was sent and what was defaulted, but not its status', () => {
  const sent = received(pod, { metadata: { name: 'p' }, spec: { containers: [{ name: 'app', image: 'busybox:1.36' }] }, status: { phase: 'Running' } });
  const { metadata } = newTestManager(pod).update(undefined, sent, 'conf');
  const container = '{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}';
  const fields = `{"f:spec":{"f:containers":{"k:{\\"name\\":\\"app\\"}":${container}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}`;
  expect(JSON.stringify(metadata.managedFields)).toBe(
    `[{"manager":"conf","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":${fields}}]`,
  );
});

test('a map that comes with its first entry is owned with it', () => {
  const obj = cm({ k: 'v' }, { labels: { x: 'y' }, annotations: { n: 'm' } });
  expect(owners(newTestManager(configMap).update(undefined, obj, 'conf'))).toEqual([
    'conf Update 00 {"f:data":{".":{},"f:k":{}},"f:metadata":{"f:annotations":{".":{},"f:n":{}},"f:labels":{".":{},"f:x":{}}}}',
  ]);
});

test('an update takes what it changes from the others and leaves them the rest', () => {
  const manager = newTestManager(configMap);
  const live = stored(manager.apply(undefined, applied({ data: { k: 'v', l: 'v' } }), 'applier', false));
  manager.at(1);
  expect(owners(manager.update(live, cm({ k: 'w', l: 'v' }), 'updater'))).toEqual([`applier Apply 00 ${owned({ 'f:l': {} })}`, `updater Update 01 ${owned({ 'f:k': {} })}`]);
});

test('what an update removes nobody owns any more', () => {
  const live = created({ k: 'v', l: 'v' });
  expect(owners(newTestManager(configMap).update(live, cm({ l: 'v' }), 'other'))).toEqual([`maker Update 00 ${owned({ '.': {}, 'f:l': {} })}`]);
});

test('an update that changes nothing keeps all times', () => {
  const live = created({ k: 'v' });
  const manager = newTestManager(configMap);
  manager.at(9);
  expect(manager.update(live, cm({ k: 'v' }), 'maker').metadata.managedFields).toEqual(live.metadata.managedFields);
});

test('a second update by the same manager adds to its entry', () => {
  const manager = newTestManager(configMap);
  manager.at(5);
  expect(owners(manager.update(created({ k: 'v' }), cm({ k: 'v', l: 'w' }), 'maker'))).toEqual([`maker Update 05 ${owned({ '.': {}, 'f:k': {}, 'f:l': {} })}`]);
});

test('a manager without a name is unknown', () => {
  expect(owners(newTestManager(configMap).update(undefined, cm({ k: 'v' }), ''))[0]).toMatch(/^unknown Update/);
});

test('the status subresource owns status and not spec', () => {
  const live = stored(received(deployment, { metadata: { name: 'd', labels: { a: 'b' } }, spec: { replicas: 1 } }));
  live.metadata.managedFields = [{ manager: 'maker', operation: 'Update', apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }];
  const next = received(deployment, { metadata: { name: 'd', labels: { a: 'c' } }, spec: { replicas: 5 }, status: { replicas: 5 } });
  expect(owners(newTestManager(deployment, 'status').update(live, next, 'controller'))).toEqual([
    'maker Update -- {"f:spec":{"f:replicas":{}}}',
    'controller/status Update 00 {"f:status":{"f:replicas":{}}}',
  ]);
});

test.each<[string, KubeObject['metadata']['managedFields'], number]>([
  ['nothing', undefined, 1],
  ['one empty entry, which resets them', [{}], 0],
  ['an empty list, which resets them', [], 0],
  ['what cannot be read', [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV2' }], 1],
  ['an entry without an operation', [{ manager: 'x', apiVersion: 'v1', fieldsType: 'FieldsV1' }], 1],
  ['a set that is none', [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { data: {} } }], 1],
])('an update may send as managedFields %s', (_, managedFields, count) => {
  const next = cm({ k: 'v' });
  if (managedFields) next.metadata.managedFields = managedFields;
  const { metadata } = newTestManager(configMap).update(created({ k: 'v' }), next, 'maker');
  expect(metadata.managedFields ?? []).toHaveLength(count);
  expect(metadata.managedFields).not.toEqual([]);
});

test('an update may hand fields to another manager', () => {
  const next = cm({ k: 'v' });
  next.metadata.managedFields = [{ manager: 'heir', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:k': {} } } }];
  expect(owners(newTestManager(configMap).update(created({ k: 'v' }), next, 'maker'))).toEqual([`heir Update -- ${owned({ 'f:k': {} })}`]);
});

test('fields of a version that is no longer served are nobody’s', () => {
  const live = created({ k: 'v' });
  live.metadata.managedFields = ['v1', 'v0'].map((apiVersion) => ({ manager: apiVersion, operation: 'Update', apiVersion, fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:k': {} } } }));
  expect(owners(newTestManager(configMap).update(live, cm({ k: 'v' }), 'x'))).toEqual([`v1 Update -- ${owned({ 'f:k': {} })}`]);
});

test('an object that was stored without managers gets none by an update', () => {
  const live = stored(cm({ k: 'v' }));
  expect(newTestManager(configMap).update(live, cm({ k: 'w' }), 'x').metadata.managedFields).toBeUndefined();
});

test('beyond ten updaters the oldest become one', () => {
  const manager = newTestManager(configMap);
  let live: KubeObject | undefined;
  const data: Record<string, string> = {};
  for (let i = 0; i < 12; i++) {
    manager.at(i);
    data[`k${i}`] = 'v';
    live = stored(manager.update(live, cm({ ...data }), `m${i}`));
  }
  const entries = owners(live!);
  expect(entries).toHaveLength(10);
  expect(entries[0]).toBe(`ancient-changes Update 02 ${owned({ '.': {}, 'f:k0': {}, 'f:k1': {}, 'f:k2': {} })}`);
  expect(entries[1]).toMatch(/^m3 /);
});

test('neither the live object nor what was sent is changed', () => {
  const live = created({ k: 'v' });
  const next = cm({ k: 'w' });
  const before = structuredClone([live, next]);
  const manager = newTestManager(configMap);
  manager.update(live, next, 'x');
  manager.apply(live, applied({ data: { l: 'x' } }), 'y', false).metadata.labels = { changed: 'yes' };
  manager.apply(live, applied({}), 'z', false).metadata.labels = { changed: 'yes' };
  expect([live, next]).toEqual(before);
});
