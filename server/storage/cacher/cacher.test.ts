import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Serializer } from '../../apimachinery/serializer/interfaces.ts';
import { newEmbeddedEtcd } from '../etcd/embedded/embedded.ts';
import type { EtcdClient, EtcdWatch } from '../etcd/client.ts';
import { EtcdUnavailableError } from '../etcd/client.ts';
import type { Watch } from '../interfaces.ts';
import { startCached } from '../testing/cached-storage.ts';
import { brief, names, newContext, options, pod, refusal, storeOptions, take } from '../testing/fixtures.ts';
import { testStorage } from '../testing/storage-suite.ts';

const ctx = newContext();
const elsewhere = { compare: [], success: [{ op: 'put' as const, key: '/elsewhere', value: new Uint8Array() }], failure: [] };

testStorage('Cacher on the embedded engine', () => startCached());
testStorage('Cacher on an etcd whose progress cannot be relied on', () => startCached(() => ({ supportsWatchProgress: false })));

describe('Cacher', () => {
  const open: { close(): void }[] = [];
  const started = async (...args: Parameters<typeof startCached>) => {
    const h = startCached(...args);
    open.push(h);
    await h.storage.readinessCheck();
    return h;
  };
  afterEach(() => {
    for (const h of open.splice(0)) h.close();
    vi.useRealTimers();
  });

  test('answers gets, lists and watches that name a version without asking etcd', async () => {
    const h = await started();
    const { metadata } = await h.put('a');
    await h.caughtUp();
    const range = vi.spyOn(h.client, 'range');
    const resourceVersion = metadata.resourceVersion!;
    expect(await h.storage.get(ctx, '/pods/default/a', { resourceVersion: '0' })).toBe(await h.storage.get(ctx, '/pods/default/a', { resourceVersion }));
    expect(names((await h.storage.getList(ctx, '/pods/', options({ resourceVersion: '0', limit: 1 }))).items)).toEqual(['a']);
    expect(await take(await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '0' })), 1)).toHaveLength(1);
    await h.change('a', 1);
    expect(range).not.toHaveBeenCalled();
  });

  test('answers a get of the newest with the cached object once etcd says that it is the newest', async () => {
    const h = await started();
    await h.put('a');
    await h.caughtUp();
    const range = vi.spyOn(h.client, 'range');
    const cached = await h.storage.get(ctx, '/pods/default/a', { resourceVersion: '0' });
    expect(await h.storage.get(ctx, '/pods/default/a', { resourceVersion: '' })).toBe(cached);
    expect(range).toHaveBeenCalledOnce();
  });

  test('answers a get of the newest with what etcd has where the cache is behind', async () => {
    const held = Promise.withResolvers<void>();
    const late = (client: EtcdClient) => ({
      watch(request: Parameters<EtcdClient['watch']>[0]): EtcdWatch {
        const watch = client.watch(request);
        const events = async function* () {
          for await (const response of watch) {
            if (response.events.some(({ kv }) => kv.version > 1)) await held.promise;
            yield response;
          }
        };
        return { cancel: () => watch.cancel(), requestProgress: () => watch.requestProgress(), [Symbol.asyncIterator]: events };
      },
    });
    const h = await started(late);
    await h.put('a');
    await h.caughtUp();
    await h.change('a', 1);
    expect(await h.storage.get(ctx, '/pods/default/a', { resourceVersion: '0' })).not.toHaveProperty('n', 1);
    expect(await h.storage.get(ctx, '/pods/default/a', { resourceVersion: '' })).toHaveProperty('n', 1);
    held.resolve();
  });

  test('knows how many objects there are, and about how large they are', async () => {
    const h = await started();
    expect(h.storage.stats()).toEqual({ objectCount: 0, estimatedAverageObjectSizeBytes: 0 });
    for (const name of ['a', 'b', 'c']) await h.put(name);
    await h.storage.delete(ctx, '/pods/default/c', { validateDeletion: () => undefined });
    await h.caughtUp();
    expect(h.storage.stats()).toEqual({ objectCount: 2, estimatedAverageObjectSizeBytes: JSON.stringify(pod('a', { n: 0 })).length });
  });

  test.each([
    ['whose consumer has taken the state', { resourceVersion: '0' }, 2],
    ['whose consumer has taken the state and its end', { resourceVersion: '0', sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', bookmarks: true }, 3],
    ['that begins later', { resourceVersion: '3' }, 0],
  ] as const)('takes a watch for initialized %s', async (_what, wanted, initialEvents) => {
    const h = await started();
    for (const name of ['a', 'b']) await h.put(name);
    await h.caughtUp();
    const initialized = vi.fn();
    const events = (await h.storage.watch(Object.assign(newContext(), { watchInitialized: initialized }), '/pods/', options(wanted)))[Symbol.asyncIterator]();
    for (let i = 0; i < initialEvents; i++) await events.next();
    expect(initialized).not.toHaveBeenCalled();
    const change = events.next();
    expect(initialized).toHaveBeenCalledOnce();
    await h.put('c');
    await change;
  });

  test('lists from the cache only once it is as new as etcd', async () => {
    const h = await started();
    for (let i = 0; i < 5; i++) {
      await h.put(`a${i}`);
      const { revision } = await h.client.txn(elsewhere);
      const { items, resourceVersion } = await h.caughtUp();
      expect(items).toHaveLength(i + 1);
      expect(Number(resourceVersion)).toBe(revision);
    }
  });

  test('asks etcd when the cache does not catch up', async () => {
    vi.useFakeTimers();
    const silent = (client: EtcdClient) => ({
      watch: (request: Parameters<EtcdClient['watch']>[0]): EtcdWatch => Object.assign(client.watch(request), { requestProgress: () => {} }),
    });
    const h = await started(silent);
    await h.put('a');
    await h.client.txn(elsewhere);
    const listed = h.storage.getList(ctx, '/pods/', options());
    await vi.advanceTimersByTimeAsync(3000);
    expect(names((await listed).items)).toEqual(['a']);
  });

  test('answers 504 for a version that does not come within three seconds', async () => {
    vi.useFakeTimers();
    const h = await started();
    const refused = refusal(h.storage.get(ctx, '/pods/default/a', { resourceVersion: '99' }));
    await vi.advanceTimersByTimeAsync(3000);
    expect(await refused).toMatchObject({
      code: 504,
      reason: 'Timeout',
      message: 'Timeout: Too large resource version: 99, current: 1',
      details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
    });
  });

  test.each([
    ['an exact list', options({ resourceVersion: '99', resourceVersionMatch: 'Exact' })],
    ['a first page', options({ resourceVersion: '99', limit: 1 })],
  ])('makes %s of such a version wait as well', async (_what, asked) => {
    vi.useFakeTimers();
    const h = await started();
    const refused = refusal(h.storage.getList(ctx, '/pods/', asked));
    await vi.advanceTimersByTimeAsync(3000);
    expect(await refused).toMatchObject({ code: 504, details: { retryAfterSeconds: 1 } });
  });

  test('lets etcd answer for a version that it cannot know to have reached', async () => {
    const h = await started(() => ({ supportsWatchProgress: false }));
    await h.put('a');
    const { revision } = await h.client.txn(elsewhere);
    const resourceVersion = String(revision);
    expect(await h.storage.get(ctx, '/pods/default/a', { resourceVersion })).toMatchObject({ metadata: { name: 'a' } });
    expect(names((await h.storage.getList(ctx, '/pods/', options({ resourceVersion }))).items)).toEqual(['a']);
  });

  test('says when to ask again for a version that not even etcd has reached', async () => {
    const h = await started(() => ({ supportsWatchProgress: false }));
    const later = { code: 504, details: { retryAfterSeconds: 1 } };
    expect(await refusal(h.storage.get(ctx, '/pods/default/a', { resourceVersion: '99' }))).toMatchObject(later);
    expect(await refusal(h.storage.getList(ctx, '/pods/', options({ resourceVersion: '99' })))).toMatchObject(later);
  });

  test('answers the rest whole where a page is asked for at version 0', async () => {
    const h = await started();
    for (const name of ['a', 'b', 'c']) await h.put(name);
    const first = await h.storage.getList(ctx, '/pods/', options({ limit: 1 }));
    const rest = await h.storage.getList(ctx, '/pods/', options({ resourceVersion: '0', limit: 1, continue: first.continue }));
    expect(names(rest.items)).toEqual(['b', 'c']);
  });

  test('waits for a version that comes', async () => {
    const h = await started();
    const got = h.storage.get(ctx, '/pods/default/a', { resourceVersion: '3' });
    await h.put('a');
    await h.change('a', 1);
    expect(await got).toMatchObject({ n: 1 });
  });

  test('tells a watch from before its history that it is too old', async () => {
    const client = newEmbeddedEtcd();
    for (let i = 0; i < 3; i++) await client.txn(elsewhere);
    const h = await started(() => client);
    const events = await take(await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '2' })), 2);
    expect(events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired', message: 'too old resource version: 2 (4)' } }]);
  });

  test('starts a watch from the future in silence until then', async () => {
    const h = await started();
    const events = take(await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '3' })), 1);
    for (const name of ['a', 'b', 'c']) await h.put(name);
    expect((await events).map(brief)).toEqual(['ADDED c 4']);
  });

  test('refuses lists and watches with 429 and asks etcd for gets until it is ready', async () => {
    const client = newEmbeddedEtcd();
    await client.txn({ compare: [], success: [{ op: 'put', key: '/registry/pods/default/a', value: storeOptions.codec.encode(pod('a')) }], failure: [] });
    const h = startCached(() => ({ ...client, range: (request) => (request.rangeEnd && !request.limit ? Promise.reject(new Error('no')) : client.range(request)) }));
    open.push(h);
    const unready = { code: 429, message: 'storage is (re)initializing', details: { retryAfterSeconds: 1 } };
    expect(await refusal(h.storage.getList(ctx, '/pods/', options()))).toMatchObject(unready);
    expect(await refusal(h.storage.watch(ctx, '/pods/', options()))).toMatchObject(unready);
    expect(await h.storage.get(ctx, '/pods/default/a', { resourceVersion: '0' })).toMatchObject({ metadata: { name: 'a' } });
  });

  describe('watchers', () => {
    test('share one object and its bytes per event, with lists and gets', async () => {
      const h = await started();
      let encoded = 0;
      let framed = 0;
      const serializer: Serializer = {
        identifier: 'test',
        mediaType: 'test',
        encode: (obj) => (encoded++, storeOptions.codec.encode({ metadata: {}, ...obj })),
        decode: () => {
          throw new Error('nothing is decoded here');
        },
        encodeWatchEvent: (_type, object) => (framed++, object),
      };
      const watches = await Promise.all(Array.from({ length: 50 }, () => h.storage.watch(ctx, '/pods/default/', options())));
      const all = Promise.all(watches.map((watch) => take(watch, 2)));
      await h.put('a');
      await h.storage.delete(ctx, '/pods/default/a', { validateDeletion: () => {} });
      const received = await all;
      const frames = received.map((events) => events.map((event) => h.encodings.encodeEvent(serializer, event)));
      expect(new Set(frames.map(([added]) => added)).size).toBe(1);
      expect(new Set(received.map(([, deleted]) => deleted?.object)).size).toBe(1);
      expect({ encoded, framed }).toEqual({ encoded: 2, framed: 2 });

      await h.put('b');
      const [listed] = (await h.caughtUp()).items;
      const bytes = h.encodings.encode(serializer, listed!);
      expect(h.encodings.encode(serializer, await h.storage.get(ctx, '/pods/default/b', { resourceVersion: '0' }))).toBe(bytes);
    });

    test('meet only the events of their key', async () => {
      const h = await started();
      const keys = ['/pods/', '/pods/default/', '/pods/default/a', '/pods/other/'];
      const watches = await Promise.all(keys.map((key) => h.storage.watch(ctx, key, options({ resourceVersion: '1' }))));
      const all = Promise.all(watches.map((watch) => take(watch, 9)));
      await h.put('a');
      await h.put('aa');
      await h.storage.create(ctx, '/pods/other/b', pod('b', { namespace: 'other' }));
      await h.caughtUp();
      await new Promise((resolve) => setTimeout(resolve, 0));
      for (const watch of watches) watch.stop();
      expect((await all).map((events) => names(events.map(({ object }) => object)))).toEqual([['a', 'aa', 'b'], ['a', 'aa'], ['a'], ['b']]);
    });

    test('end when they read too slowly, while the others go on', async () => {
      const h = await started();
      await h.put('a');
      const slow = await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '2' }));
      const fast = await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '2' }));
      const received = take(fast, 60);
      for (let n = 1; n <= 60; n++) await h.change('a', n);
      expect(await received).toHaveLength(60);
      expect((await take(slow, 60)).length).toBeLessThan(60);
      expect(await take(slow, 1)).toEqual([]);
    });

    test('end when their queue stays full longer than their budget', async () => {
      vi.useFakeTimers();
      const h = await started();
      await h.put('a');
      const [stuck, late] = await Promise.all([1, 2].map(() => h.storage.watch(ctx, '/pods/', options({ resourceVersion: '2' }))));
      for (let n = 1; n <= 11; n++) {
        await h.change('a', n);
        await vi.advanceTimersByTimeAsync(0);
      }
      expect(await take(late!, 11)).toHaveLength(11);
      await vi.advanceTimersByTimeAsync(100);
      expect(await take(stuck!, 1)).toEqual([]);
      await h.change('a', 12);
      await vi.advanceTimersByTimeAsync(0);
      expect((await take(late!, 1)).map(brief)).toEqual(['MODIFIED a 14']);
    });

    test('survive a burst when they only need their turn', async () => {
      const h = await started();
      const watch = await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '1' }));
      const success = Array.from({ length: 100 }, (_, i) => {
        const obj = pod(`a${i}`);
        return { op: 'put' as const, key: `/registry/pods/default/a${i}`, value: storeOptions.codec.encode(obj) };
      });
      const received: string[] = [];
      const reading = (async () => {
        for await (const { object } of watch) {
          received.push(object.metadata.name!);
          if (received.length === 100) return;
          if (received.length % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
        }
      })();
      await h.client.txn({ compare: [], success, failure: [] });
      await reading;
      expect(received).toHaveLength(100);
    });

    test('get bookmarks about every minute and shortly before their end', async () => {
      vi.useFakeTimers();
      const h = await started();
      const read = async (watch: Watch) => {
        const times: number[] = [];
        for await (const event of watch) times.push(event.type === 'BOOKMARK' && event.object.metadata.resourceVersion === '3' ? Date.now() : -1);
        return times;
      };
      await h.put('a');
      const from = Date.now();
      const watches = await Promise.all(
        [{}, { deadline: from + 30_000 }].map((rest) => h.storage.watch(ctx, '/pods/', options({ resourceVersion: '2', bookmarks: true, ...rest }))),
      );
      const plain = await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '2' }));
      const all = Promise.all([...watches, plain].map(read));
      await h.client.txn(elsewhere);
      await vi.advanceTimersByTimeAsync(125_000);
      for (const watch of [...watches, plain]) watch.stop();
      const [regular, withDeadline, without] = await all;
      expect(regular!.map((at) => Math.round((at - from) / 10_000))).toEqual([6, 12]);
      // within a second of its due time, or on both sides of it
      expect(new Set(withDeadline!.map((at) => Math.round((at - from) / 4000)))).toEqual(new Set([7]));
      expect(without).toEqual([]);
    });

    test('notice nothing when the feeding watch breaks', async () => {
      const feeds: EtcdWatch[] = [];
      const h = await started((client) => ({
        watch(request) {
          const inner = client.watch(request);
          feeds.push(inner);
          async function* breaking() {
            for await (const response of inner) yield response;
            if (inner === feeds[0]) throw new EtcdUnavailableError('etcd: the connection is lost');
          }
          return { requestProgress: () => inner.requestProgress(), cancel: () => inner.cancel(), [Symbol.asyncIterator]: breaking };
        },
      }));
      const received = take(await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '1' })), 3);
      await h.put('a');
      await h.caughtUp();
      feeds[0]?.cancel();
      await h.put('b');
      await h.put('c');
      expect((await received).map(brief)).toEqual(['ADDED a 2', 'ADDED b 3', 'ADDED c 4']);
      expect(feeds).toHaveLength(2);
    });

    test('end when a value cannot be read: the cache asks for it for a while, then lists anew, and answers when it is gone', async () => {
      vi.useFakeTimers();
      const h = await started();
      await h.put('a');
      await h.caughtUp();
      const watch = await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '2' }));
      const seen = take(watch, 1);
      const broken = { key: '/registry/pods/default/b', value: new TextEncoder().encode('{') };
      await h.client.txn({ compare: [], success: [{ op: 'put', ...broken }], failure: [] });
      await vi.advanceTimersByTimeAsync(20_000);
      expect(names((await h.storage.getList(ctx, '/pods/', options({ resourceVersion: '0' }))).items)).toEqual(['a']);
      await vi.advanceTimersByTimeAsync(20_000);
      expect(await seen).toEqual([]);
      expect(await refusal(h.storage.getList(ctx, '/pods/', options({ resourceVersion: '0' })))).toMatchObject({ code: 429 });
      await h.client.txn({ compare: [], success: [{ op: 'deleteRange', key: broken.key }], failure: [] });
      await vi.advanceTimersByTimeAsync(2_000);
      expect(names((await h.caughtUp()).items)).toEqual(['a']);
    });

    test('end when the cache has to list anew, after which it answers again', async () => {
      let isDown = false;
      const feeds: EtcdWatch[] = [];
      const h = await started((client) => ({
        watch(request) {
          if (isDown) throw new EtcdUnavailableError('etcd: no connection');
          const feed = client.watch(request);
          feeds.push(feed);
          return feed;
        },
      }));
      const watch = await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '1' }));
      isDown = true;
      feeds[0]?.cancel();
      for (const name of ['a', 'b']) await h.put(name);
      await h.client.compact(3);
      isDown = false;
      expect(await take(watch, 1)).toEqual([]);
      await h.storage.readinessCheck();
      expect(names((await h.caughtUp()).items)).toEqual(['a', 'b']);
    });
  });
});
