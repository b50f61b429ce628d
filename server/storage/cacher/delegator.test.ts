import { afterEach, describe, expect, test, vi } from 'vitest';
import type { EtcdClient, EtcdWatch } from '../etcd/client.ts';
import { EtcdUnavailableError } from '../etcd/client.ts';
import type { DescribedCache } from './description.ts';
import { startCached } from '../testing/cached-storage.ts';
import { brief, names, newContext, options, pod, take } from '../testing/fixtures.ts';

const ctx = newContext();
const minute = 60_000;

/** An etcd whose watch keeps the events of some keys to itself. */
const silentAbout = (isSilent: (key: string) => boolean) => (client: EtcdClient) => ({
  watch(request: Parameters<EtcdClient['watch']>[0]): EtcdWatch {
    const watch = client.watch(request);
    async function* events() {
      for await (const response of watch) yield { ...response, events: response.events.filter(({ kv }) => !isSilent(kv.key)) };
    }
    return { cancel: () => watch.cancel(), requestProgress: () => watch.requestProgress(), [Symbol.asyncIterator]: events };
  },
});

describe('CacheDelegator', () => {
  const open: { close(): void }[] = [];
  async function started(...args: Parameters<typeof startCached>) {
    const h = startCached(...args);
    open.push(h);
    await h.storage.readinessCheck();
    return { ...h, range: vi.spyOn(h.client, 'range') };
  }
  afterEach(() => {
    for (const h of open.splice(0)) h.close();
    vi.useRealTimers();
  });

  const listed = async (h: Awaited<ReturnType<typeof started>>, wanted: Parameters<typeof options>[0], key = '/pods/') => h.storage.getList(ctx, key, options(wanted));

  test('answers exact lists and further pages out of the window, and asks etcd for nothing', async () => {
    const h = await started();
    for (const name of ['a', 'b', 'c']) await h.put(name);
    const first = await listed(h, { limit: 2 });
    await h.remove('c');
    await h.put('d');
    await h.caughtUp();
    h.range.mockClear();
    expect(names((await listed(h, { limit: 2, continue: first.continue })).items)).toEqual(['c']);
    expect(names((await listed(h, { resourceVersion: '3', resourceVersionMatch: 'Exact' })).items)).toEqual(['a', 'b']);
    expect(names((await listed(h, { resourceVersion: '4', limit: 9 }, '/pods/default/')).items)).toEqual(['a', 'b', 'c']);
    expect(h.range).not.toHaveBeenCalled();
  });

  test.each([
    ['one object at an exact revision', '/pods/default/a', { resourceVersion: '3', resourceVersionMatch: 'Exact' }, ['a']],
    ['a revision from before the cache’s first list', '/pods/', { resourceVersion: '1', resourceVersionMatch: 'Exact' }, []],
  ] as const)('lets etcd answer for %s', async (_what, key, wanted, expected) => {
    const h = await started((client) => {
      // somebody writes before the cache begins
      void client.txn({ compare: [], success: [{ op: 'put', key: '/elsewhere', value: new Uint8Array() }], failure: [] });
      return {};
    });
    await h.put('a');
    await h.caughtUp();
    h.range.mockClear();
    expect(names((await listed(h, wanted, key)).items)).toEqual(expected);
    expect(h.range).toHaveBeenCalledOnce();
  });

  test('tells nothing of the past while it differs from etcd, and only of what follows once it no longer does', async () => {
    vi.useFakeTimers();
    let silent = true;
    const h = await started(silentAbout((key) => silent && key.endsWith('/lost')));
    await h.put('a');
    await h.put('lost');
    await h.put('b');
    await h.caughtUp();
    const exact = async (resourceVersion: string) => names((await listed(h, { resourceVersion, resourceVersionMatch: 'Exact' })).items);
    expect(await exact('3')).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(7.5 * minute);
    expect(await exact('3')).toEqual(['a', 'lost']);
    expect(names((await listed(h, { resourceVersion: '0' })).items)).toEqual(['a', 'b']);

    silent = false;
    await h.change('lost', 1);
    await h.caughtUp();
    await vi.advanceTimersByTimeAsync(7.5 * minute);
    await h.remove('a');
    await h.caughtUp();
    h.range.mockClear();
    expect(await exact('6')).toEqual(['b', 'lost']);
    expect(h.range).not.toHaveBeenCalled();
    expect(await exact('3')).toEqual(['a', 'lost']);
    expect(h.range).toHaveBeenCalledOnce();
  });

  test('a comparison with etcd finds no difference however much is written meanwhile', async () => {
    vi.useFakeTimers();
    const error = vi.fn();
    const h = await started(() => ({}), { log: { info: () => undefined, error } });
    for (let i = 0; i < 30; i++) {
      await h.put(`a${i}`);
      if (i % 3 === 0) await h.remove(`a${i}`);
      await vi.advanceTimersByTimeAsync(0.9 * minute);
    }
    expect(error).not.toHaveBeenCalled();
  });

  test('forgets how large an object was that went while etcd could not be followed, and asks etcd for nothing else', async () => {
    vi.useFakeTimers();
    const feeds: EtcdWatch[] = [];
    let isDown = false;
    const h = await started((client) => ({
      watch(request) {
        if (isDown) throw new EtcdUnavailableError('etcd: no connection');
        const feed = client.watch(request);
        feeds.push(feed);
        return feed;
      },
    }));
    await h.put('a');
    await h.put('b', 1e12);
    await h.caughtUp();
    h.range.mockClear();
    await h.storage.refreshStats(ctx, '/pods/');
    expect(h.range).not.toHaveBeenCalled();
    isDown = true;
    feeds[0]?.cancel();
    await h.remove('b');
    await h.change('a', 1);
    await h.client.compact(5);
    isDown = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(h.storage.describe()).toMatchObject({ ready: true, listResourceVersion: 5, objects: 1 });
    expect(h.storage.stats().estimatedAverageObjectSizeBytes).toBeGreaterThan(JSON.stringify(pod('a', { n: 1 })).length);
    await h.storage.refreshStats(ctx, '/pods/');
    expect(h.storage.stats()).toEqual({ objectCount: 1, estimatedAverageObjectSizeBytes: JSON.stringify(pod('a', { n: 1 })).length });
  });

  describe('describes itself', () => {
    test('as long as it stands', async () => {
      const caches = new Set<DescribedCache>();
      const h = startCached(() => ({}), { caches });
      const [cache] = caches;
      expect(cache?.describe()).toEqual({ resource: 'pods', ready: false, resourceVersion: 0, listResourceVersion: 0, oldestRevision: 0, capacity: 100, size: 0, objects: 0, watchers: [] });
      h.close();
      expect(caches.size).toBe(0);
    });

    test('with its window, and each watcher where it stands', async () => {
      const h = await started();
      await h.put('a');
      await h.caughtUp();
      const watches = await Promise.all([
        h.storage.watch(ctx, '/pods/', options({ resourceVersion: '2' })),
        h.storage.watch(ctx, '/pods/default/', options({ resourceVersion: '0' })),
        h.storage.watch(ctx, '/pods/default/a', options({ resourceVersion: '9' })),
      ]);
      const reading = watches[0][Symbol.asyncIterator]();
      const second = watches[1][Symbol.asyncIterator]();
      await second.next();
      await h.change('a', 1);
      await h.put('b');
      await h.caughtUp();
      await reading.next();
      expect(h.storage.describe()).toEqual({
        resource: 'pods',
        ready: true,
        resourceVersion: 4,
        listResourceVersion: 1,
        oldestRevision: 1,
        capacity: 100,
        size: 3,
        objects: 2,
        watchers: [
          { id: 0, key: '/pods/', revision: 3, waiting: 1, blocked: false },
          { id: 1, key: '/pods/default/', revision: 2, waiting: 2, blocked: false },
          { id: 2, key: '/pods/default/a', revision: 9, waiting: 0, blocked: false },
        ],
      });
      watches[1].stop();
      expect(h.storage.describe().watchers.map(({ id }) => id)).toEqual([0, 2]);
    });

    test('with a window that grows with the load, and forgets the oldest when there is little', async () => {
      let now = 0;
      const h = await started(() => ({}), { clock: { now: () => now } });
      await h.put('a');
      for (let n = 1; n <= 150; n++) await h.change('a', n);
      await h.caughtUp();
      expect(h.storage.describe()).toMatchObject({ capacity: 200, size: 151, oldestRevision: 1, resourceVersion: 152 });
      for (let n = 1; n <= 150; n++) {
        now += 10_000;
        await h.change('a', -n);
      }
      await h.caughtUp();
      expect(h.storage.describe()).toMatchObject({ capacity: 100, size: 100, oldestRevision: 202, resourceVersion: 302 });
      const [first] = await take(await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '202' })), 1);
      expect(brief(first!)).toBe('MODIFIED a 203');
      const [tooOld] = await take(await h.storage.watch(ctx, '/pods/', options({ resourceVersion: '201' })), 1);
      expect(tooOld).toMatchObject({ type: 'ERROR', object: { code: 410, message: 'too old resource version: 201 (202)' } });
    });
  });
});
