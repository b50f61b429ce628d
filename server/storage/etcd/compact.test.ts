import { expect, test } from 'vitest';
import { CompactedError } from './client.ts';
import type { EtcdClient } from './client.ts';
import { Compactor, compact, compactRevKey } from './compact.ts';
import { newEmbeddedEtcd } from './embedded/embedded.ts';

const never = { compactTime: 0, revision: 0 };

async function write(etcd: EtcdClient): Promise<number> {
  return (await etcd.txn({ compare: [], success: [{ op: 'put', key: '/registry/pods/default/a', value: new Uint8Array() }], failure: [] })).revision;
}

test('forgets what is older than the round before, and nothing in the first round', async () => {
  const etcd = newEmbeddedEtcd();
  const first = await write(etcd);
  const { compactRevision: none, ...seen } = await compact(etcd, never);
  expect(none).toBe(0);
  const between = await write(etcd);
  const { compactRevision } = await compact(etcd, seen);
  expect(compactRevision).toBe(seen.revision);
  await expect(etcd.range({ key: '/registry/pods/default/a', revision: first })).rejects.toThrow(CompactedError);
  expect((await etcd.range({ key: '/registry/pods/default/a', revision: between })).kvs).toHaveLength(1);
});

test('of several servers one compacts a round, and the others take over if it is gone', async () => {
  const etcd = newEmbeddedEtcd();
  const { compactRevision: _, ...one } = await compact(etcd, never);
  await write(etcd);
  const other = await compact(etcd, never);
  // it has lost, and learns how many rounds there were
  expect(other).toMatchObject({ compactTime: one.compactTime, compactRevision: 0 });
  const two = await compact(etcd, one);
  expect(two.compactRevision).toBe(one.revision);
  const late = await compact(etcd, other);
  expect(late).toMatchObject({ compactTime: two.compactTime, compactRevision: one.revision });
  // the first is gone; the other goes on
  expect((await compact(etcd, late)).compactRevision).toBe(late.revision);
});

test('goes on behind a key that says no revision', async () => {
  const etcd = newEmbeddedEtcd();
  await etcd.txn({ compare: [], success: [{ op: 'put', key: compactRevKey, value: new TextEncoder().encode('soon') }], failure: [] });
  const { compactRevision, ...seen } = await compact(etcd, never);
  expect(compactRevision).toBe(0);
  expect((await compact(etcd, seen)).compactRevision).toBe(seen.revision);
});

test('what was forgotten before it looked is known too', async () => {
  const etcd = newEmbeddedEtcd();
  let forgotten = 0;
  const ahead: EtcdClient = {
    ...etcd,
    async range(request) {
      const found = await etcd.range(request);
      await write(etcd);
      await write(etcd);
      forgotten = found.revision + 2;
      await etcd.compact(forgotten);
      return found;
    },
  };
  const compactor = new Compactor({ etcd: ahead, etcdCompactionInterval: 0, log: { info: () => undefined, error: () => undefined } });
  const stopped = new AbortController();
  compactor.run(stopped.signal);
  await expect.poll(() => compactor.revision).toBeGreaterThan(0);
  expect(compactor.revision).toBe(forgotten);
  stopped.abort();
});

test('once it is stopped nothing of it is left, whatever it was waiting for', async () => {
  const etcd = newEmbeddedEtcd();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  let watches = 0;
  const slow: EtcdClient = {
    ...etcd,
    async range(request) {
      asked.resolve();
      await answer.promise;
      return etcd.range(request);
    },
    watch(request) {
      watches++;
      return etcd.watch(request);
    },
  };
  const stopped = new AbortController();
  new Compactor({ etcd: slow, etcdCompactionInterval: 0, log: { info: () => undefined, error: () => undefined } }).run(stopped.signal);
  await asked.promise;
  stopped.abort();
  answer.resolve();
  await new Promise(setImmediate);
  expect(watches).toBe(0);
});
