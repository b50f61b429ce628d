/** The same suites on a real etcd: what the embedded engine makes the stores believe is what etcd does. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEtcd } from '../../../e2e/setup/etcd.ts';
import type { RunningEtcd } from '../../../e2e/setup/etcd.ts';
import { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import { connectEtcd } from '../../node/etcd-client.ts';
import { newCacheDelegator } from '../cacher/delegator.ts';
import type { Storage } from '../interfaces.ts';
import { brief, getAttrs, newContext, newPod, options, pod, pods, startCompactor, storeOptions, take } from '../testing/fixtures.ts';
import { testStorage } from '../testing/storage-suite.ts';
import type { EtcdClient } from './client.ts';
import { compactRevKey } from './compact.ts';
import { newEtcdStore } from './store.ts';

let etcd: RunningEtcd;
let client: EtcdClient;

beforeAll(async () => {
  etcd = await startEtcd();
  client = await connectEtcd({ endpoints: [etcd.endpoint] });
}, 30_000);

afterAll(async () => {
  client.close();
  await etcd.stop();
});

async function start(front: (store: Storage) => Storage) {
  await client.txn({ compare: [], success: [{ op: 'deleteRange', key: '/registry/', rangeEnd: '/registry0' }], failure: [] });
  await client.txn({ compare: [], success: [{ op: 'deleteRange', key: compactRevKey }], failure: [] });
  const { compactor, stop } = startCompactor(client);
  const storage = front(newEtcdStore({ ...storeOptions, client, compactor }));
  return { client, storage, close: () => (stop(), storage.close()) };
}

testStorage('EtcdStore on etcd', () => start((store) => store));

const newTestCacher = (storage: Storage) =>
  newCacheDelegator({ storage, resourcePrefix: '/pods', groupResource: pods, namespaced: true, getAttrs, newFunc: newPod, clock: Date, encodings: new EncodingCache() });

testStorage('Cacher on etcd', () => start(newTestCacher));

test('a watch of the cache goes on through a restart of etcd', { timeout: 30_000 }, async () => {
  const ctx = newContext();
  const { storage, close } = await start(newTestCacher);
  await storage.readinessCheck();
  const before = await storage.create(ctx, '/pods/default/a', pod('a'));
  const watch = await storage.watch(ctx, '/pods/', options({ resourceVersion: before.metadata.resourceVersion }));
  const events = take(watch, 1);
  await etcd.restart();
  const after = await storage.create(ctx, '/pods/default/b', pod('b'));
  expect((await events).map(brief)).toEqual([`ADDED b ${after.metadata.resourceVersion}`]);
  close();
});
