import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEtcd } from '../../e2e/setup/etcd.ts';
import type { RunningEtcd } from '../../e2e/setup/etcd.ts';
import { Cancellation } from '../http/cancellation.ts';
import { CompactedError, EtcdRequestError, EtcdUnavailableError, FutureRevisionError } from '../storage/etcd/client.ts';
import type { EtcdClient, EtcdWatch, WatchResponse } from '../storage/etcd/client.ts';
import { connectEtcd } from './etcd-client.ts';

let etcd: RunningEtcd;
let client: EtcdClient;

beforeEach(async () => {
  etcd = await startEtcd();
  client = await connectEtcd({ endpoints: [etcd.endpoint] });
}, 30_000);

afterEach(async () => {
  client.close();
  await etcd.stop();
});

async function put(key: string): Promise<number> {
  const { revision } = await client.txn({ compare: [], success: [{ op: 'put', key, value: new Uint8Array(1) }], failure: [] });
  return revision;
}

function follow(watch: EtcdWatch): () => Promise<WatchResponse | undefined> {
  const responses = watch[Symbol.asyncIterator]();
  return async () => {
    const { done, value } = await responses.next();
    return done ? undefined : value;
  };
}

describe('a connection to etcd', () => {
  test('survives that etcd is killed and started again: what waits is answered, a watch throws and can be resumed', async () => {
    client.close();
    // longer than a restart may take
    client = await connectEtcd({ endpoints: [etcd.endpoint], reconnectTimeout: 20_000 });
    const seen = await put('a');
    const next = follow(client.watch({ key: 'a' }));
    await next();
    etcd.kill();
    await expect(next()).rejects.toThrow(EtcdUnavailableError);
    const [read, write] = [client.range({ key: 'a' }), put('a')];
    await etcd.restart();
    expect((await read).kvs).toMatchObject([{ key: 'a' }]);
    expect(await write).toBe(seen + 1);
    const resumed = follow(client.watch({ key: 'a', startRevision: seen + 1 }));
    await resumed();
    expect(await resumed()).toMatchObject({ events: [{ type: 'put', kv: { modRevision: seen + 1 } }] });
  });

  test('says no while etcd is away for long', { timeout: 20_000 }, async () => {
    etcd.kill();
    await expect(client.range({ key: 'a' })).rejects.toThrow(EtcdUnavailableError);
    await expect(put('a')).rejects.toMatchObject({ mayBeDone: false });
  });

  test('does not know what became of a write whose answer is lost', async () => {
    await put('a');
    etcd.kill();
    // the connection has not heard of it yet
    expect(await put('a').catch((err: unknown) => err)).toMatchObject({ name: 'EtcdUnavailableError', mayBeDone: true });
  });

  test.each([
    ['etcd', 1_600_000, /^etcdserver: request is too large$/],
    ['its client', 2_200_000, /^rpc error: code = ResourceExhausted desc = trying to send message larger than max \(2200\d\d\d vs\. 2097152\)$/],
  ])('is told by %s that %i bytes are too large', async (_, size, message) => {
    await expect(client.txn({ compare: [], success: [{ op: 'put', key: 'a', value: new Uint8Array(size) }], failure: [] })).rejects.toThrow(message);
    await put('a');
  });

  test('knows how large the database is', async () => {
    expect(await client.databaseSize()).toBeGreaterThan(1000);
  });

  test('gives up a call when its caller does', async () => {
    etcd.kill();
    const caller = new Cancellation();
    const read = client.range({ key: 'a' }, caller);
    caller.abort(new Error('the client has gone'));
    await expect(read).rejects.toThrow('the client has gone');
  });

  test('uses another member when one is away', async () => {
    const other = await connectEtcd({ endpoints: ['http://127.0.0.1:1', etcd.endpoint] });
    expect((await other.range({ key: 'a' })).count).toBe(0);
    other.close();
  });
});

describe('connecting', () => {
  test('to nobody, or to something else, fails with one line that names the endpoints', { timeout: 20_000 }, async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    for (const [endpoint, why] of [
      ['http://127.0.0.1:1', '.*dial tcp 127.0.0.1:1: connect: connection refused"'],
      [`http://127.0.0.1:${port}`, 'no answer'],
      [etcd.endpoint.replace('http://127.0.0.1', 'https://localhost'), '.+'],
    ]) {
      const failed = connectEtcd({ endpoints: [endpoint!], dialTimeout: 1000 });
      await expect(failed).rejects.toThrow(EtcdUnavailableError);
      await expect(failed).rejects.toThrow(new RegExp(`^etcd cannot be reached at ${endpoint}: ${why}$`));
    }
    mute.close();
  });

  test('goes on when etcd goes away before it has said what it is', async () => {
    let connections = 0;
    const between = createServer((socket) => {
      const onward = connect(Number(new URL(etcd.endpoint).port), '127.0.0.1');
      for (const each of [socket, onward]) each.on('error', () => undefined);
      socket.pipe(onward).pipe(socket);
      // both have shaken hands by then
      if (++connections === 1) onward.once('data', () => socket.once('data', () => socket.destroy()));
    });
    between.listen(0, '127.0.0.1');
    await once(between, 'listening');
    const patient = await connectEtcd({ endpoints: [`http://127.0.0.1:${(between.address() as AddressInfo).port}`] });
    expect((await patient.range({ key: 'a' })).count).toBe(0);
    expect(connections).toBe(2);
    patient.close();
    between.close();
  });

  test.each(['localhost', 'ftp://localhost:2379', 'http://localhost'])('to %s says what an endpoint looks like', async (endpoint) => {
    await expect(connectEtcd({ endpoints: [endpoint] })).rejects.toThrow(`etcd endpoint "${endpoint}" is not of the form`);
  });
});

describe('a watch', () => {
  test('from a compacted revision says which ones are left, and ends', async () => {
    for (let i = 0; i < 5; i++) await put('a');
    await client.compact(5);
    const next = follow(client.watch({ key: 'a', startRevision: 2 }));
    expect(await next()).toMatchObject({ events: [] });
    expect(await next()).toMatchObject({ events: [], compactRevision: 5 });
    expect(await next()).toBeUndefined();
  });

  test('says how far it is when asked, also right after it began', async () => {
    const watch = client.watch({ key: 'a' });
    watch.requestProgress();
    const next = follow(watch);
    const began = await next();
    expect(await next()).toEqual({ revision: began?.revision, events: [] });
    const revision = await put('b');
    watch.requestProgress();
    expect(await next()).toEqual({ revision, events: [] });
  });

  test('of an empty range is refused', async () => {
    const next = follow(client.watch({ key: 'b', rangeEnd: 'a' }));
    await expect(next()).rejects.toThrow(EtcdRequestError);
  });

  test.each<[string, (watch: EtcdWatch) => void]>([
    ['it is cancelled', (watch) => watch.cancel()],
    ['the client is closed', () => client.close()],
  ])('ends when %s', async (_, end) => {
    const watch = client.watch({ key: 'a' });
    const next = follow(watch);
    await next();
    const waiting = next();
    end(watch);
    expect(await waiting).toBeUndefined();
  });
});

describe('errors', () => {
  test('have the classes of the contract', async () => {
    await put('a');
    const revision = await put('a');
    await client.compact(revision);
    await expect(client.range({ key: 'a', revision: revision - 1 })).rejects.toThrow(CompactedError);
    await expect(client.range({ key: 'a', revision: revision + 1 })).rejects.toThrow(FutureRevisionError);
    await expect(client.compact(revision)).rejects.toThrow(CompactedError);
    await expect(client.leaseRevoke('4242')).rejects.toThrow(EtcdRequestError);
    await expect(put('')).rejects.toThrow(EtcdRequestError);
  });
});
