import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { DeletedFinalStateUnknown, lastKnown } from './the-real-fifo.ts';
import { newSharedIndexInformer, waitForCacheSync } from './shared-informer.ts';
import { newSharedInformerFactory } from './shared-informer-factory.ts';
import { newCluster } from './testing/cluster.ts';
import { eventually } from './testing/eventually.ts';
import { newFakeClock } from './testing/fake-clock.ts';
import { newUnreliable } from './testing/unreliable.ts';
import { newRESTClient } from './rest-client.ts';
import { realClock } from './clock.ts';
import type { ListerWatcher } from './reflector.ts';
import { metaNamespaceIndexFunc } from './store.ts';

const CONFIG_MAPS = { group: '', version: 'v1', resource: 'configmaps' };
const log = { info: () => undefined, error: () => undefined };
const map = (name: string, value = ''): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { value } });

/** An informer of the ConfigMaps of a namespace of a server; it stops when the test does. */
async function start(options: Partial<Parameters<typeof newSharedIndexInformer>[1]> = {}) {
  const cluster = await newCluster();
  const api = cluster.client.resource(CONFIG_MAPS, 'default');
  const listerWatcher: ListerWatcher<KubeObject> = api;
  const informer = newSharedIndexInformer(listerWatcher, { name: 'configmaps', clock: realClock, log, indexers: { namespace: metaNamespaceIndexFunc }, ...options });
  const stop = new AbortController();
  return { ...cluster, api, informer, stop, run: () => informer.run(stop.signal) };
}

function recorder() {
  const seen: string[] = [];
  const value = (obj: KubeObject) => `${obj.metadata.name}${(obj.data as { value?: string } | undefined)?.value ?? ''}`;
  return {
    seen,
    handler: {
      onAdd: (obj: KubeObject, isInInitialList: boolean) => void seen.push(`add ${value(obj)}${isInInitialList ? ' initially' : ''}`),
      onUpdate: (old: KubeObject, obj: KubeObject) => void seen.push(`update ${value(old)} to ${value(obj)}`),
      onDelete: (obj: KubeObject | DeletedFinalStateUnknown<KubeObject>) => void seen.push(`delete ${value(lastKnown(obj))}`),
    },
  };
}

describe('a shared informer', () => {
  test('tells of what was there, and of each change, in order', async () => {
    const { api, informer, run, stop } = await start();
    await api.create(map('a', '1'));
    const { seen, handler } = recorder();
    const registration = informer.addEventHandler(handler);
    expect(registration.hasSynced()).toBe(false);
    const running = run();
    expect(await waitForCacheSync(stop.signal, informer, registration)).toBe(true);
    expect(seen).toEqual(['add a1 initially']);
    const made = await api.create(map('b', '1'));
    await api.update({ ...made, data: { value: '2' } });
    await api.delete('b');
    await eventually(() => seen.length === 4);
    expect(seen.slice(1)).toEqual(['add b1', 'update b1 to b2', 'delete b2']);
    expect(informer.getIndexer().byIndex('namespace', 'default').map(({ metadata }) => metadata.name)).toEqual(['a']);
    stop.abort();
    await running;
    expect(informer.isStopped()).toBe(true);
    expect(() => informer.addEventHandler({})).toThrow('because it has stopped already');
  });

  test('of nothing has synced as soon as it knows that', async () => {
    const { informer, run, stop } = await start();
    const registration = informer.addEventHandler({});
    const running = run();
    await Promise.all([informer.synced, registration.synced]);
    expect(registration.hasSynced()).toBe(true);
    stop.abort();
    await running;
  });

  test('tells a handler that comes late of everything that is there', async () => {
    const { api, informer, run, stop } = await start();
    await api.create(map('a'));
    const running = run();
    await informer.synced;
    const { seen, handler } = recorder();
    await informer.addEventHandler(handler).synced;
    expect(seen).toEqual(['add a initially']);
    stop.abort();
    await running;
  });

  test('keeps no handler waiting for another one, and goes on after one that fails', async () => {
    const { api, informer, run, stop } = await start();
    const { seen, handler } = recorder();
    let slow = 0;
    const { promise: forever } = Promise.withResolvers<void>();
    informer.addEventHandler({ onAdd: () => (slow++, forever) });
    informer.addEventHandler({ onAdd: () => Promise.reject(new Error('no')), onDelete: handler.onDelete });
    informer.addEventHandler(handler);
    const running = run();
    await api.create(map('a'));
    await api.create(map('b'));
    await api.delete('a');
    await eventually(() => seen.length === 4);
    expect(seen.filter((each) => each === 'delete a')).toHaveLength(2);
    expect(slow).toBe(1);
    stop.abort();
    await running;
  });

  test('tells a handler that has left nothing more', async () => {
    const { api, informer, run, stop } = await start();
    const [left, stays] = [recorder(), recorder()];
    const registration = informer.addEventHandler(left.handler);
    informer.addEventHandler(stays.handler);
    const running = run();
    await informer.synced;
    informer.removeEventHandler(registration);
    await api.create(map('a'));
    await eventually(() => stays.seen.length === 1);
    expect(left.seen).toEqual([]);
    stop.abort();
    await running;
  });

  test('keeps objects as a transform leaves them', async () => {
    const { api, informer, run, stop } = await start({ transform: ({ apiVersion, kind, metadata: { name, namespace, resourceVersion } }) => ({ apiVersion, kind, metadata: { name: name!, namespace: namespace!, resourceVersion: resourceVersion! } }) });
    await api.create(map('a', '1'));
    const running = run();
    await informer.synced;
    expect(Object.keys(informer.getIndexer().getByKey('default/a') ?? {})).toEqual(['apiVersion', 'kind', 'metadata']);
    stop.abort();
    await running;
  });

  test('brings everything again to those that asked for it, each in its own time', async () => {
    const clock = newFakeClock();
    const { api, informer, run, stop } = await start({ clock, resyncPeriod: 1000 });
    await api.create(map('a'));
    const [often, seldom, never] = [recorder(), recorder(), recorder()];
    informer.addEventHandler(often.handler, { resyncPeriod: 10 });
    informer.addEventHandler(seldom.handler, { resyncPeriod: 3000 });
    informer.addEventHandler(never.handler, { resyncPeriod: 0 });
    const running = run();
    await eventually(() => [often, seldom, never].every(({ seen }) => seen.length === 1));
    await eventually(() => seldom.seen.length === 2, () => clock.step(500));
    expect(often.seen.length).toBeGreaterThanOrEqual(3);
    expect(new Set(often.seen.slice(1))).toEqual(new Set(['update a to a']));
    expect(never.seen).toEqual(['add a initially']);
    stop.abort();
    await running;
  });

  test.each([true, false])('finds out after a time without server what is gone, and says that it knows no more (state as events: %s)', async (useWatchList) => {
    const cluster = await newCluster();
    const { client, etcd, transport } = cluster;
    const api = client.resource(CONFIG_MAPS, 'default');
    const [made] = [await api.create(map('a', '1')), await api.create(map('b', '1'))];
    const clock = newFakeClock(Date.now());
    const way = newUnreliable(transport);
    const informer = newSharedIndexInformer<KubeObject>(newRESTClient({ transport: way.transport, userAgent: 'test', clock }).resource(CONFIG_MAPS, 'default'), { name: 'configmaps', clock, log, useWatchList });
    const gone: unknown[] = [];
    informer.addEventHandler({ onDelete: (obj) => void gone.push(obj) });
    const stop = new AbortController();
    const running = informer.run(stop.signal);
    await informer.synced;
    way.down(true);
    way.cut();
    await api.delete('a');
    await etcd.compact((await etcd.range({ key: '/registry' })).revision);
    await cluster.restart();
    way.down(false);
    await eventually(() => gone.length === 1, () => clock.step(500));
    expect(gone[0]).toBeInstanceOf(DeletedFinalStateUnknown);
    expect(lastKnown(gone[0])).toEqual(made);
    stop.abort();
    await running;
  });
});

describe('a factory of informers', () => {
  test('has one for each resource, and starts those that do not run', async () => {
    const { client } = await newCluster();
    const stop = new AbortController();
    const factory = newSharedInformerFactory({ client, clock: realClock, log });
    const first = factory.forResource(CONFIG_MAPS);
    expect(factory.forResource(CONFIG_MAPS).informer).toBe(first.informer);
    factory.start(stop.signal);
    const namespaces = factory.forResource({ group: '', version: 'v1', resource: 'namespaces' });
    factory.start(stop.signal);
    expect(await factory.waitForCacheSync(stop.signal)).toBe(true);
    expect(namespaces.lister.get('kube-system').kind).toBe('Namespace');
    stop.abort();
    await factory.shutdown();
    expect(await factory.waitForCacheSync(stop.signal)).toBe(false);
  });
});
