import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StatusError } from '../../http/status.ts';
import type { Status } from '../../http/status.ts';
import type { KubeObject } from '../types.ts';
import { applied, configMap, deployment, newTestManager, owners, received, stored } from './testing.ts';

const owned = (data: Record<string, unknown>) => JSON.stringify({ 'f:data': data });
const cm = (data: Record<string, string>) => applied({ data });
const refusal = (act: () => unknown): Status => {
  try {
    act();
  } catch (err) {
    if (err instanceof StatusError) return err.status;
    throw err;
  }
  throw new Error('was not refused');
};

test('an apply creates an object and owns what it says', () => {
  const obj = newTestManager(configMap).apply(undefined, cm({ k: 'v' }), 'one', false);
  expect(obj).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v' } });
  expect(owners(obj)).toEqual([`one Apply 00 ${owned({ 'f:k': {} })}`]);
});

test('a conflict names the manager and the field, and force takes it', () => {
  const manager = newTestManager(configMap);
  const live = stored(manager.apply(undefined, cm({ k: 'v', own: '1' }), 'one', false));
  expect(refusal(() => manager.apply(live, cm({ k: 'other' }), 'two', false))).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: 'Apply failed with 1 conflict: conflict with "one": .data.k',
    details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.k' }] },
  });
  manager.at(1);
  const forced = manager.apply(live, cm({ k: 'other' }), 'two', true);
  expect(forced.data).toEqual({ k: 'other', own: '1' });
  expect(owners(forced)).toEqual([`one Apply 00 ${owned({ 'f:own': {} })}`, `two Apply 01 ${owned({ 'f:k': {} })}`]);
});

test('conflicts with several are grouped by manager; updaters are named with their version', () => {
  const manager = newTestManager(configMap);
  const live = stored(manager.apply(undefined, cm({ a: '1', b: '1' }), 'one', false));
  const next = received(configMap, { ...cm({ a: '1', b: '1', c: '1' }) });
  const both = stored(manager.update(live, next, 'two'));
  expect(refusal(() => manager.apply(both, cm({ a: '2', b: '2', c: '2' }), 'three', false)).message).toBe(
    'Apply failed with 3 conflicts: conflicts with "one":\n- .data.a\n- .data.b\nconflicts with "two" using v1:\n- .data.c',
  );
});

test('applying the same value as another shares the field, without a time for what changed nothing', () => {
  const manager = newTestManager(configMap);
  const live = stored(manager.apply(undefined, cm({ k: 'v' }), 'one', false));
  expect(owners(manager.apply(live, cm({ k: 'v' }), 'two', false))).toEqual([`two Apply -- ${owned({ 'f:k': {} })}`, `one Apply 00 ${owned({ 'f:k': {} })}`]);
});

test('what is no longer applied goes, unless another owns it', () => {
  const manager = newTestManager(configMap);
  let live = stored(manager.apply(undefined, cm({ own: '1', shared: '2' }), 'one', false));
  live = stored(manager.apply(live, cm({ shared: '2' }), 'two', false));
  live = stored(manager.apply(live, applied({}), 'one', false));
  expect(live.data).toEqual({ shared: '2' });
  live = manager.apply(live, applied({}), 'two', false);
  expect(live.data).toBeUndefined();
  expect(live.metadata.managedFields).toBeUndefined();
});

test('list items merge by key, in the applied order, and leave with the last who owns part of them', () => {
  const manager = newTestManager(deployment);
  const spec = (containers: object[]) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { template: { spec: { containers } } } });
  const containers = (obj: KubeObject): unknown => (obj as unknown as ReturnType<typeof spec>).spec.template.spec.containers;
  const app = { name: 'app', image: 'nginx', ports: [{ containerPort: 80 }], env: [{ name: 'A', value: '1' }] };
  let live = stored(manager.apply(undefined, spec([app]), 'one', false));
  live = stored(manager.apply(live, spec([{ name: 'side', image: 'busybox' }, { name: 'app', env: [{ name: 'B', value: '2' }] }]), 'two', false));
  expect(containers(live)).toMatchObject([{ name: 'side' }, { ...app, env: [...app.env, { name: 'B', value: '2' }] }]);
  live = stored(manager.apply(live, spec([{ name: 'app', image: 'nginx:2' }]), 'one', false));
  expect(containers(live)).toEqual([
    { name: 'side', image: 'busybox', resources: {} },
    { name: 'app', image: 'nginx:2', env: [{ name: 'B', value: '2' }], resources: {} },
  ]);
  live = manager.apply(live, spec([{ name: 'side', image: 'busybox' }]), 'two', false);
  expect(containers(live)).toEqual([
    { name: 'side', image: 'busybox', resources: {} },
    { name: 'app', image: 'nginx:2', resources: {} },
  ]);
  live = manager.apply(live, spec([]), 'one', false);
  expect(containers(live)).toEqual([{ name: 'side', image: 'busybox', resources: {} }]);
});

test('fields from before the first apply belong to a manager of their own', () => {
  const manager = newTestManager(configMap);
  const live = stored(received(configMap, cm({ k: 'v', l: 'v' })));
  expect(refusal(() => manager.apply(live, cm({ k: 'w' }), 'one', false)).message).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.k');
  expect(owners(manager.apply(live, cm({ k: 'v', m: 'x' }), 'one', false))).toEqual([
    `one Apply 00 ${owned({ 'f:k': {}, 'f:m': {} })}`,
    `before-first-apply Update 00 ${owned({ '.': {}, 'f:k': {}, 'f:l': {} })}`,
  ]);
});

test('kubectl takes over what it applied from the client’s side, and keeps its note up to date', () => {
  const manager = newTestManager(configMap);
  const note = 'kubectl.kubernetes.io/last-applied-configuration';
  const before = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v' } };
  const sent = received(configMap, { ...before, metadata: { name: 'a', annotations: { [note]: JSON.stringify(before) } } });
  const live = stored(manager.update(undefined, sent, 'kubectl-client-side-apply'));
  expect(refusal(() => manager.apply(live, cm({ k: 'w' }), 'other', false)).code).toBe(409);
  const taken = manager.apply(live, cm({ k: '<w>' }), 'kubectl', false);
  expect(taken.data).toEqual({ k: '<w>' });
  expect(taken.metadata.annotations?.[note]).toBe('{"apiVersion":"v1","data":{"k":"\\u003cw\\u003e"},"kind":"ConfigMap","metadata":{"name":"a"}}\n');
});

test('kubectl does not take over what was changed since', () => {
  const manager = newTestManager(configMap);
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(cm({ k: 'v', l: 'v' })) };
  const live = stored(manager.update(undefined, received(configMap, { ...cm({ k: 'changed', l: 'v' }), metadata: { name: 'a', annotations } }), 'kubectl-edit'));
  expect(refusal(() => manager.apply(live, cm({ k: 'w', l: 'w' }), 'kubectl', false)).message).toBe('Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.k');
});

test.each<[object, string]>([
  [{ apiVersion: undefined, kind: undefined }, 'invalid object type: /, Kind='],
  [{ kind: 'Secret' }, 'invalid object type: /v1, Kind=Secret'],
  [{ apiVersion: 'a/b/c' }, 'invalid object type: /, Kind='],
  [{ metadata: { name: 'a', managedFields: [] } }, 'metadata.managedFields must be nil'],
  [{ data: 5 }, 'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .data: expected map, got &{5}'],
  [{ nonsense: 1, metadata: { name: 'a', namespace: 'n' } }, 'failed to create typed patch object (n/a; /v1, Kind=ConfigMap): .nonsense: field not declared in schema'],
])('refuses to apply %j', (change, message) => {
  expect(() => newTestManager(configMap).apply(undefined, applied(change), 'one', false)).toThrow(expect.objectContaining({ message }));
});

test('refuses to apply where the live managedFields cannot be read', () => {
  const live = stored(received(configMap, cm({})));
  live.metadata.managedFields = [{ manager: 'x' }];
  expect(() => newTestManager(configMap).apply(live, cm({}), 'one', false)).toThrow('failed to decode managed fields: operation must be `Apply` or `Update`');
});

const dataOf = (...keys: string[]) => fc.dictionary(fc.constantFrom(...keys), fc.constantFrom('1', '2'), { minKeys: 1 });
const data = dataOf('a', 'b', 'c', 'd');

test('applying twice changes nothing', () => {
  fc.assert(
    fc.property(data, data, (first, second) => {
      const manager = newTestManager(configMap);
      const live = stored(manager.apply(undefined, cm(first), 'other', false));
      const once = stored(manager.apply(live, cm(second), 'one', true));
      manager.at(30);
      expect(manager.apply(once, cm(second), 'one', false)).toEqual(once);
    }),
  );
});

test('appliers of different fields do not depend on their order', () => {
  fc.assert(
    fc.property(data, dataOf('x', 'y'), (mine, yours) => {
      const manager = newTestManager(configMap);
      const inOrder = (steps: [string, Record<string, string>][]) => steps.reduce((live, [who, what]) => stored(manager.apply(live, cm(what), who, false)), stored(received(configMap, cm({}))));
      const ab = inOrder([['one', mine], ['two', yours]]);
      const ba = inOrder([['two', yours], ['one', mine]]);
      expect(ab).toEqual(ba);
    }),
  );
});

test('a key named __proto__ is a key like any other', () => {
  const data = (text: string) => JSON.parse(text) as Record<string, string>;
  const manager = newTestManager(configMap);
  const live = stored(manager.apply(undefined, cm(data('{"__proto__":"1","a":"1"}')), 'one', false));
  const next = manager.apply(live, cm(data('{"b":"2"}')), 'two', false);
  expect(Object.entries(next.data as object).sort()).toEqual([['__proto__', '1'], ['a', '1'], ['b', '2']]);
});
