import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Cancellation } from '../../../http/cancellation.ts';
import type { EtcdClient, EtcdWatch, RequestOp, WatchResponse } from '../client.ts';
import { CompactedError, EtcdRequestError, EtcdUnavailableError, FutureRevisionError, prefixRangeEnd } from '../client.ts';
import { newEmbeddedEtcd } from './embedded.ts';

let etcd: EtcdClient;

beforeEach(() => {
  vi.useFakeTimers();
  etcd = newEmbeddedEtcd();
});

afterEach(() => {
  etcd.close();
  vi.useRealTimers();
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const all = (prefix: string): { key: string; rangeEnd: string } => ({ key: prefix, rangeEnd: prefixRangeEnd(prefix) });

async function write(...success: RequestOp[]): Promise<number> {
  return (await etcd.txn({ compare: [], success, failure: [] })).revision;
}

async function put(key: string, text = '', lease?: string): Promise<number> {
  return write({ op: 'put', key, value: bytes(text), ...(lease ? { lease } : {}) });
}

/** Takes a watch's responses one by one; the first, which says that it is there, is left out. */
async function follow(watch: EtcdWatch): Promise<() => Promise<WatchResponse | undefined>> {
  const responses = watch[Symbol.asyncIterator]();
  const next = async (): Promise<WatchResponse | undefined> => {
    const { done, value } = await responses.next();
    return done ? undefined : value;
  };
  await next();
  return next;
}

function told(response: WatchResponse | undefined): string[] | undefined {
  return response?.events.map(({ type, kv }) => `${type} ${kv.key}@${kv.modRevision}`);
}

describe('revisions', () => {
  test('start at 1, grow by one with each transaction that writes, and only with those', async () => {
    expect((await etcd.range({ key: 'a' })).revision).toBe(1);
    expect(await put('a')).toBe(2);
    expect(await write({ op: 'put', key: 'b', value: bytes('') }, { op: 'put', key: 'c', value: bytes('') })).toBe(3);
    expect(await write({ op: 'deleteRange', key: 'none' }, { op: 'range', key: 'a' })).toBe(3);
  });

  test('of a key begin anew after it was deleted', async () => {
    await put('a');
    await put('a');
    expect((await etcd.range({ key: 'a' })).kvs[0]).toMatchObject({ createRevision: 2, modRevision: 3, version: 2 });
    await write({ op: 'deleteRange', key: 'a' });
    await put('a');
    expect((await etcd.range({ key: 'a' })).kvs[0]).toMatchObject({ createRevision: 5, modRevision: 5, version: 1 });
  });
});

describe('history', () => {
  test('is read at a revision until it is compacted', async () => {
    const revisions = [await put('a', 'one'), await put('a', 'two'), await write({ op: 'deleteRange', key: 'a' })];
    const read = async (revision: number): Promise<string[]> =>
      (await etcd.range({ key: 'a', revision })).kvs.map((kv) => new TextDecoder().decode(kv.value));
    expect(await Promise.all(revisions.map(read))).toEqual([['one'], ['two'], []]);
    await etcd.compact(3);
    await expect(read(2)).rejects.toThrow(CompactedError);
    expect(await read(3)).toEqual(['two']);
    await expect(read(5)).rejects.toThrow(FutureRevisionError);
    await expect(etcd.compact(3)).rejects.toThrow(CompactedError);
    await expect(etcd.compact(5)).rejects.toThrow(FutureRevisionError);
  });

  test('is paged at the revision of the first page', async () => {
    for (const key of ['/a', '/b', '/c']) await put(key);
    const first = await etcd.range({ ...all('/'), limit: 2 });
    expect(first).toMatchObject({ more: true, count: 3, kvs: [{ key: '/a' }, { key: '/b' }] });
    await write({ op: 'deleteRange', key: '/c' });
    const rest = await etcd.range({ key: '/b\0', rangeEnd: '0', revision: first.revision });
    expect(rest).toMatchObject({ more: false, count: 1, kvs: [{ key: '/c' }] });
  });
});

describe('a transaction', () => {
  test.each<[string, RequestOp[]]>([
    ['without a key', [{ op: 'put', key: '', value: bytes('') }]],
    ['that puts a key twice', [{ op: 'put', key: 'a', value: bytes('') }, { op: 'put', key: 'a', value: bytes('') }]],
    ['that puts a key and deletes it', [{ op: 'deleteRange', key: 'a', rangeEnd: 'c' }, { op: 'put', key: 'b', value: bytes('') }]],
    ['with an unknown lease', [{ op: 'put', key: 'a', value: bytes('') }, { op: 'put', key: 'b', value: bytes(''), lease: '7' }]],
    ['that is too large', [{ op: 'put', key: 'a', value: new Uint8Array(2 ** 21) }]],
  ])('%s is refused and writes nothing', async (_, ops) => {
    await expect(write(...ops)).rejects.toThrow(EtcdRequestError);
    expect(await etcd.range(all('a'))).toMatchObject({ revision: 1, count: 0 });
  });

  test('sees its own writes', async () => {
    const { responses } = await etcd.txn({
      compare: [],
      success: [{ op: 'put', key: 'a', value: bytes('') }, { op: 'range', key: 'a' }],
      failure: [],
    });
    expect(responses[1]).toMatchObject({ revision: 2, kvs: [{ key: 'a', modRevision: 2 }] });
  });

  test('is not begun once its caller has given up', async () => {
    const reason = new Error('gone');
    const caller = new Cancellation();
    caller.abort(reason);
    const op: RequestOp = { op: 'put', key: 'a', value: bytes('') };
    await expect(etcd.txn({ compare: [], success: [op], failure: [] }, caller)).rejects.toBe(reason);
    expect((await etcd.range({ key: 'a' })).count).toBe(0);
  });
});

describe('a lease', () => {
  test('takes its keys with it when it ends, in one revision, later ones being waited for in turn', async () => {
    const [long, short] = [await etcd.leaseGrant(3600), await etcd.leaseGrant(10)];
    await put('/long', '', long);
    await put('/a', '', short);
    await put('/b', '', short);
    await put('/moved', '', short);
    await put('/moved', '');
    const next = await follow(etcd.watch(all('/')));
    await vi.advanceTimersByTimeAsync(9_000);
    expect((await etcd.range(all('/'))).count).toBe(4);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(told(await next())).toEqual(['delete /a@7', 'delete /b@7']);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(told(await next())).toEqual(['delete /long@8']);
    expect((await etcd.range(all('/'))).kvs.map((kv) => kv.key)).toEqual(['/moved']);
  });
});

describe('a watch', () => {
  test('tells all that one transaction changed in its range in one response', async () => {
    const next = await follow(etcd.watch(all('/a/')));
    await write(...['/a/1', '/a/2', '/b'].map((key): RequestOp => ({ op: 'put', key, value: bytes('') })));
    expect(told(await next())).toEqual(['put /a/1@2', 'put /a/2@2']);
  });

  test('from a past revision tells what was and goes on with what comes', async () => {
    await put('/a', 'one');
    await put('/a', 'two');
    await write({ op: 'deleteRange', key: '/a' });
    const next = await follow(etcd.watch({ ...all('/'), startRevision: 3, prevKv: true }));
    const past = await next();
    expect(told(past)).toEqual(['put /a@3', 'delete /a@4']);
    expect(past?.events.map(({ prevKv }) => new TextDecoder().decode(prevKv?.value))).toEqual(['one', 'two']);
    await put('/b');
    expect(told(await next())).toEqual(['put /b@5']);
  });

  test('from a compacted revision says which ones are left, and ends', async () => {
    for (let i = 0; i < 5; i++) await put('a');
    await etcd.compact(4);
    const next = await follow(etcd.watch({ key: 'a', startRevision: 3 }));
    expect(await next()).toMatchObject({ events: [], compactRevision: 4 });
    expect(await next()).toBeUndefined();
  });

  test('from a future revision waits for it', async () => {
    const next = await follow(etcd.watch({ key: 'a', startRevision: 4 }));
    for (let i = 0; i < 3; i++) await put('a');
    expect(told(await next())).toEqual(['put a@4']);
  });

  test('that nobody reads for long later tells everything, in order, and then how far it is', async () => {
    const watch = etcd.watch({ key: 'a' });
    const next = await follow(watch);
    for (let i = 0; i < 5_000; i++) await put('a');
    watch.requestProgress();
    const revisions: number[] = [];
    for (let response = await next(); response?.events.length; response = await next()) {
      revisions.push(...response.events.map(({ kv }) => kv.modRevision));
    }
    expect(revisions).toEqual(Array.from({ length: 5_000 }, (_, i) => i + 2));
  });

  test('that nobody read until its place was compacted says so', async () => {
    const next = await follow(etcd.watch({ key: 'a' }));
    for (let i = 0; i < 5_000; i++) await put('a');
    await etcd.compact(5_000);
    let response = await next();
    while (response?.events.length) response = await next();
    expect(response).toMatchObject({ compactRevision: 5_000 });
  });

  test('says how far it is when asked, and at intervals while nothing happens', async () => {
    const watch = etcd.watch({ key: 'a', progressNotify: true });
    const next = await follow(watch);
    await put('b');
    watch.requestProgress();
    expect(await next()).toEqual({ revision: 2, events: [] });
    await put('b');
    await vi.advanceTimersByTimeAsync(11_000);
    expect(await next()).toEqual({ revision: 3, events: [] });
  });

  test.each<[string, (watch: EtcdWatch) => void]>([
    ['it is cancelled', (watch) => watch.cancel()],
    ['the client is closed', () => etcd.close()],
  ])('ends when %s', async (_, end) => {
    const watch = etcd.watch({ key: 'a' });
    const next = await follow(watch);
    const waiting = next();
    end(watch);
    expect(await waiting).toBeUndefined();
  });
});

test('a closed client answers nothing and keeps no timer', async () => {
  await etcd.leaseGrant(10);
  etcd.watch({ key: 'a', progressNotify: true });
  etcd.close();
  await expect(etcd.range({ key: 'a' })).rejects.toThrow(EtcdUnavailableError);
  expect(vi.getTimerCount()).toBe(0);
});
