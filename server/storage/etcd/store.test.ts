import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { Cancellation } from '../../http/cancellation.ts';
import { RequestContext } from '../../http/context.ts';
import { options, pod, refusal, startCompactor, storeOptions, take, newContext, brief } from '../testing/fixtures.ts';
import { testStorage } from '../testing/storage-suite.ts';
import { newEmbeddedEtcd } from './embedded/embedded.ts';
import { newEtcdStore } from './store.ts';

function start() {
  const client = newEmbeddedEtcd();
  const { compactor, stop } = startCompactor(client);
  const storage = newEtcdStore({ ...storeOptions, client, compactor });
  return { client, storage, close: () => (stop(), client.close()) };
}

testStorage('EtcdStore on the embedded engine', start);

describe('EtcdStore', () => {
  const ctx = newContext();

  test('answers 504 for a revision that etcd has not reached', async () => {
    const { storage, close } = start();
    await storage.create(ctx, '/pods/default/a', pod('a'));
    const message = 'Timeout: Too large resource version: 99, current: 2';
    expect(await refusal(storage.get(ctx, '/pods/default/a', { resourceVersion: '99' }))).toMatchObject({ code: 504, message });
    expect(await refusal(storage.getList(ctx, '/pods/', options({ resourceVersion: '99', resourceVersionMatch: 'Exact' })))).toMatchObject({ code: 504, message });
    close();
  });

  test('ends a watch from a compacted revision with 410', async () => {
    const { storage, client, close } = start();
    for (const name of ['a', 'b', 'c']) await storage.create(ctx, `/pods/default/${name}`, pod(name));
    await client.compact(4);
    const events = await take(await storage.watch(ctx, '/pods/', options({ resourceVersion: '1' })), 2);
    const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'The resourceVersion for the provided watch is too old.' };
    expect(events).toMatchObject([{ type: 'ERROR', object }]);
    close();
  });

  test('passes progress on as bookmarks to the watch cache', async () => {
    const { storage, client, close } = start();
    const watch = await storage.watch(ctx, '/pods/', options({ resourceVersion: '1', progressNotify: true }));
    const events = take(watch, 2);
    await storage.create(ctx, '/pods/default/a', pod('a'));
    await client.txn({ compare: [], success: [{ op: 'put', key: '/elsewhere', value: new Uint8Array() }], failure: [] });
    watch.requestProgress?.();
    expect((await events).map(brief)).toEqual(['ADDED a 2', 'BOOKMARK 3']);
    watch.stop();
    close();
  });

  test('refuses keys that leave the tree', async () => {
    const { storage, close } = start();
    await expect(storage.create(ctx, '/pods/../secrets/a', pod('a'))).rejects.toThrow('invalid key');
    close();
  });

  test('traces an update with upstream\'s names and the transaction', async () => {
    const { storage, close } = start();
    await storage.create(ctx, '/pods/default/a', pod('a'));
    const exporter = new InMemorySpanExporter();
    const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test');
    const traced = new RequestContext(new Cancellation(), tracer, tracer.startSpan('root'));
    await storage.guaranteedUpdate(traced, '/pods/default/a', { ignoreNotFound: false, tryUpdate: (current) => ({ ...current!, n: 2 }) });
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name }) => name)).toEqual(['etcdserverpb.KV/Range', 'etcdserverpb.KV/Txn', 'GuaranteedUpdate etcd3']);
    const span = spans.at(-1);
    expect(span?.events.map((e) => e.name)).toEqual([
      'initial value restored', 'About to Encode', 'Encode succeeded', 'Transaction prepared', 'Txn call completed', 'Transaction committed', 'decode succeeded',
    ]);
    expect(span?.attributes).toMatchObject({ key: '/pods/default/a', 'code.file.path': 'server/storage/etcd/store.ts' });
    const txn: unknown = JSON.parse(String(span?.attributes['snapshot.txn']));
    expect(txn).toMatchObject({ key: '/registry/pods/default/a', compare: { mod: 2 }, succeeded: true, revision: 3 });
    close();
  });
});
