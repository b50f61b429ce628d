import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { Cancellation } from '../../http/cancellation.ts';
import { RequestContext } from '../../http/context.ts';
import { jsonCodec, options, pod, refusal, startCompactor, storeOptions, take, newContext, brief } from '../testing/fixtures.ts';
import { testStorage } from '../testing/storage-suite.ts';
import { newEmbeddedEtcd } from './embedded/embedded.ts';
import { newEtcdStore } from './store.ts';
import type { TxnRequest } from './client.ts';
import { encodeTxnRequest } from './wire.ts';

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

  function startTraced() {
    const exporter = new InMemorySpanExporter();
    const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test');
    const traced = new RequestContext(new Cancellation(), tracer, tracer.startSpan('root'));
    /** Of each transaction the request and the answer, as they were sent. */
    const transactions = () =>
      exporter.getFinishedSpans().flatMap(({ attributes }) => ('snapshot.TxnRequest' in attributes ? [[attributes['snapshot.TxnRequest'], attributes['snapshot.TxnResponse']].map((json) => JSON.parse(String(json)))] : []));
    return { exporter, traced, transactions };
  }

  test('traces an update with upstream\'s names', async () => {
    const { storage, close } = start();
    await storage.create(ctx, '/pods/default/a', pod('a'));
    const { exporter, traced } = startTraced();
    await storage.guaranteedUpdate(traced, '/pods/default/a', { ignoreNotFound: false, tryUpdate: (current) => ({ ...current!, n: 2 }) });
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name }) => name)).toEqual(['etcdserverpb.KV/Range', 'etcdserverpb.KV/Txn', 'GuaranteedUpdate etcd3']);
    const span = spans.at(-1);
    expect(span?.events.map((e) => e.name)).toEqual([
      'initial value restored', 'About to Encode', 'Encode succeeded', 'Transaction prepared', 'Txn call completed', 'Transaction committed', 'decode succeeded',
    ]);
    expect(span?.attributes).toMatchObject({ key: '/pods/default/a', 'code.file.path': 'server/storage/etcd/store.ts' });
    close();
  });

  test('traces each try of an update with its transaction, as it was sent', async () => {
    const { storage, close } = start();
    await storage.create(ctx, '/pods/default/a', pod('a'));
    const { traced, transactions } = startTraced();
    let tries = 0;
    await storage.guaranteedUpdate(traced, '/pods/default/a', {
      ignoreNotFound: false,
      async tryUpdate(current) {
        if (++tries === 1) await storage.guaranteedUpdate(ctx, '/pods/default/a', { ignoreNotFound: false, tryUpdate: (other) => ({ ...other!, n: 1 }) });
        return { ...current!, m: 2 };
      },
    });
    const begin = (message: Partial<TxnRequest>) => Buffer.from(encodeTxnRequest({ compare: [], success: [], failure: [], ...message }));
    const ifAt = (revision: number) => begin({ compare: [{ key: '/registry/pods/default/a', target: 'mod', result: 'equal', value: revision }] });
    const succeeded = Buffer.of(0x10, 1);
    const made = transactions().map((messages) => messages.map(({ bytes }) => Buffer.from(bytes, 'base64')));
    expect(made.map(([request, response]) => [[2, 3].find((revision) => request!.indexOf(ifAt(revision)) === 0), response!.subarray(4, 6).equals(succeeded)])).toEqual([
      [2, false],
      [3, true],
    ]);
    close();
  });

  test('keeps what is secret out of traces, but for its length', async () => {
    const client = newEmbeddedEtcd();
    const storage = newEtcdStore({ ...storeOptions, client, newFunc: () => ({ apiVersion: 'v1', kind: 'Secret', metadata: {} }) });
    const { traced, transactions } = startTraced();
    const secret = { ...pod('a'), kind: 'Secret', data: { password: 'hunter2' } };
    await storage.create(traced, '/secrets/default/a', secret);
    await expect(storage.create(traced, '/secrets/default/a', secret)).rejects.toThrow();
    const stored = jsonCodec.encode(secret).length;
    const made = transactions().flat();
    expect(made).toHaveLength(4);
    for (const { bytes, hidesValues } of made) {
      expect(hidesValues).toBe(true);
      expect(Buffer.from(bytes, 'base64').toString()).not.toMatch(/hunter2|uid-a/);
    }
    expect(Buffer.from(made[0].bytes, 'base64').includes(Buffer.alloc(stored))).toBe(true);
    client.close();
  });
});
