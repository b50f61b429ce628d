/**
 * What every Storage does, whatever stands behind it.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/testing/store_tests.go and watcher_tests.go.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import { Cancellation } from '../../http/cancellation.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { compactRevKey } from '../etcd/compact.ts';
import type { Storage, UpdateFunc, Watch } from '../interfaces.ts';
import { brief, deepFreeze, keyOf, names, newContext, options, pod, refusal, take } from './fixtures.ts';

export interface Harness {
  storage: Storage;
  client: EtcdClient;
  close(): Promise<void> | void;
}

const utf8 = new TextDecoder();
const version = (obj: KubeObject) => Number(obj.metadata.resourceVersion);
const setN = (n: number): UpdateFunc => (current) => ({ ...current!, n });

export function testStorage(name: string, start: () => Promise<Harness> | Harness): void {
  describe(name, () => {
    const ctx = newContext();
    let h: Harness;
    let storage: Storage;
    const watches: Watch[] = [];

    beforeEach(async () => {
      h = await start();
      storage = h.storage;
      await storage.readinessCheck();
    });
    afterEach(async () => {
      for (const watch of watches.splice(0)) watch.stop();
      await h.close();
    });

    /** As another server does it. */
    async function compact(): Promise<void> {
      const revision = await storage.getCurrentResourceVersion(ctx);
      const value = new TextEncoder().encode(String(revision));
      await h.client.txn({ compare: [], success: [{ op: 'put', key: compactRevKey, value }], failure: [] });
      await h.client.compact(revision);
      await expect.poll(() => storage.compactRevision).toBe(revision);
    }

    // whatever comes out of storage is shared: a write to it is a bug
    const create = async (obj: KubeObject) => deepFreeze(await storage.create(ctx, keyOf(obj), deepFreeze(obj)));
    const list = async (key: string, wanted = {}) => deepFreeze(await storage.getList(ctx, key, options(wanted)));
    const get = async (key: string, resourceVersion = '') => deepFreeze(await storage.get(ctx, key, { resourceVersion }));
    const update = async (obj: KubeObject, tryUpdate: UpdateFunc, rest = {}) =>
      deepFreeze(await storage.guaranteedUpdate(ctx, keyOf(obj), { ignoreNotFound: false, tryUpdate, ...rest }));
    const remove = async (obj: KubeObject, rest = {}) => deepFreeze(await storage.delete(ctx, keyOf(obj), { validateDeletion: () => {}, ...rest }));
    async function watch(key: string, wanted = {}): Promise<Watch> {
      const w = await storage.watch(ctx, key, options(wanted));
      watches.push(w);
      return w;
    }

    describe('create', () => {
      test('gives the object its revision, which is not stored with it', async () => {
        const made = await create(pod('a', { n: 1 }));
        const { kvs } = await h.client.range({ key: '/registry/pods/default/a' });
        expect(version(made)).toBe(kvs[0]?.modRevision);
        expect(JSON.parse(utf8.decode(kvs[0]?.value))).toEqual(pod('a', { n: 1 }));
      });

      test('refuses a name that is taken', async () => {
        await create(pod('a'));
        expect(await refusal(create(pod('a')))).toMatchObject({ code: 409, reason: 'AlreadyExists', message: 'pods "a" already exists' });
      });

      test('refuses an object that says a resourceVersion', async () => {
        const obj = pod('a');
        obj.metadata.resourceVersion = '7';
        await expect(create(obj)).rejects.toThrow('resourceVersion should not be set on objects to be created');
      });

      test('lets an object with a time to live share a lease with the ones before it', async () => {
        for (const n of ['a', 'b']) await storage.create(ctx, `/pods/default/${n}`, pod(n), 3600);
        const { kvs } = await h.client.range({ key: '/registry/pods/', rangeEnd: '/registry/pods0' });
        expect(kvs[0]?.lease).not.toBe('0');
        expect(kvs[1]?.lease).toBe(kvs[0]?.lease);
      });
    });

    describe('get', () => {
      test('answers the object with the revision of its last write', async () => {
        const made = await create(pod('a'));
        for (const resourceVersion of ['', made.metadata.resourceVersion!]) expect(await get('/pods/default/a', resourceVersion)).toEqual(made);
      });

      test('says what was not found', async () => {
        expect(await refusal(get('/pods/default/x'))).toMatchObject({ code: 404, message: 'pods "x" not found' });
      });
    });

    describe('getList', () => {
      beforeEach(async () => {
        for (const name of ['b', 'a', 'c']) await create(pod(name, { labels: { odd: name === 'b' ? 'no' : 'yes' } }));
        await create(pod('d', { namespace: 'default2' }));
      });

      test.each([
        ['all of a kind', '/pods/', {}, ['a', 'b', 'c', 'd']],
        ['one namespace, and no other that begins like it', '/pods/default/', {}, ['a', 'b', 'c']],
        ['what labels select', '/pods/', { labels: { odd: 'yes' } }, ['a', 'c']],
        ['what fields select', '/pods/', { fields: 'metadata.name=b' }, ['b']],
        ['one object by its key', '/pods/default/a', {}, ['a']],
        ['nothing by the key of nothing', '/pods/default/x', {}, []],
      ])('lists %s', async (_what, key, wanted, expected) => {
        const result = await list(key, wanted);
        expect(names(result.items)).toEqual(expected);
        expect(Number(result.resourceVersion)).toBe(await storage.getCurrentResourceVersion(ctx));
        expect(result.continue).toBe('');
      });

      test('answers pages as of the first one while writes go on', async () => {
        const first = await list('/pods/default/', { limit: 2 });
        expect(first).toMatchObject({ items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }], remainingItemCount: 1 });
        await create(pod('aa'));
        await remove(pod('c'));
        const second = await list('/pods/default/', { limit: 2, continue: first.continue });
        expect(names(second.items)).toEqual(['c']);
        expect(second.resourceVersion).toBe(first.resourceVersion);
        expect(second).not.toHaveProperty('remainingItemCount');
      });

      test('fills a page with selected objects and does not guess how many remain', async () => {
        for (let i = 0; i < 20; i++) await create(pod(`e${i}`, { labels: i % 10 === 0 ? { rare: 'yes' } : {} }));
        const page = await list('/pods/default/', { labels: { rare: 'yes' }, limit: 1 });
        expect(names(page.items)).toEqual(['e0']);
        expect(page.continue).not.toBe('');
        expect(page).not.toHaveProperty('remainingItemCount');
        expect(names((await list('/pods/default/', { labels: { rare: 'yes' }, limit: 5, continue: page.continue })).items)).toEqual(['e10']);
      });

      test('answers 410 for a page whose revision is compacted, with a token that goes on with the newest state', async () => {
        const first = await list('/pods/default/', { limit: 1 });
        await create(pod('bb'));
        await compact();
        const expired = await refusal(list('/pods/default/', { limit: 1, continue: first.continue }));
        expect(expired).toMatchObject({ code: 410, reason: 'Expired', message: expect.stringContaining('use the continue token in this response') });
        const { continue: token } = expired.metadata as { continue: string };
        expect(names((await list('/pods/default/', { continue: token })).items)).toEqual(['b', 'bb', 'c']);
      });

      test('answers an exact revision until it is compacted', async () => {
        const { resourceVersion } = await list('/pods/default/');
        await remove(pod('a'));
        const exact = { resourceVersion, resourceVersionMatch: 'Exact' };
        expect(names((await list('/pods/default/', exact)).items)).toEqual(['a', 'b', 'c']);
        await compact();
        expect(await refusal(list('/pods/default/', exact))).toMatchObject({ code: 410, message: 'The resourceVersion for the provided list is too old.' });
      });

      test('takes a resourceVersion beside a limit for an exact one', async () => {
        const { resourceVersion } = await list('/pods/default/');
        await remove(pod('a'));
        expect(names((await list('/pods/default/', { resourceVersion, limit: 5 })).items)).toEqual(['a', 'b', 'c']);
      });

      test('answers at least the version that was asked for', async () => {
        const made = await create(pod('z'));
        const result = await list('/pods/default/', { resourceVersion: made.metadata.resourceVersion, resourceVersionMatch: 'NotOlderThan' });
        expect(names(result.items)).toContain('z');
      });

      test.each([
        [{ continue: 'garbage' }, "invalid continue token: continue key is not valid: invalid character '\\u0081' looking for beginning of value"],
        [{ continue: 'a.b' }, 'invalid continue token: continue key is not valid: illegal base64 data at input byte 1'],
        [{ continue: btoa('{"v":"v0"}').replaceAll('=', '') }, 'invalid continue token: continue key is not valid: server does not recognize this encoded version v0'],
        [{ continue: btoa('{"v":"meta.k8s.io/v1","rv":5,"start":"../x"}').replaceAll('=', '') }, 'invalid continue token: continue key is not valid: ../x'],
        [{ continue: btoa('{"v":"meta.k8s.io/v1","rv":5,"start":"a"}').replaceAll('=', ''), resourceVersion: '5' }, 'specifying resource version is not allowed when using continue'],
        [{ resourceVersion: 'abc' }, 'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax'],
      ])('refuses %j', async (wanted, message) => {
        expect(await refusal(list('/pods/default/', wanted))).toMatchObject({ code: 400, reason: 'BadRequest', message });
      });
    });

    describe('guaranteedUpdate', () => {
      test('lets 16 writers count to 16', async () => {
        await create(pod('a', { n: 0 }));
        await Promise.all(Array.from({ length: 16 }, () => update(pod('a'), (current) => ({ ...current!, n: Number(current!.n) + 1 }))));
        expect(await get('/pods/default/a')).toMatchObject({ n: 16 });
      });

      test('writes nothing when nothing changes', async () => {
        const made = await create(pod('a', { n: 1 }));
        const before = await storage.getCurrentResourceVersion(ctx);
        expect(await update(pod('a'), setN(1))).toEqual(made);
        expect(await storage.getCurrentResourceVersion(ctx)).toBe(before);
      });

      test('makes an object that is not there, if it may', async () => {
        expect(await refusal(update(pod('a'), setN(1)))).toMatchObject({ code: 404 });
        const seen: unknown[] = [];
        const made = await update(pod('a'), (current) => (seen.push(current), pod('a', { n: 1 })), { ignoreNotFound: true });
        expect(seen).toEqual([undefined]);
        expect(await get('/pods/default/a')).toEqual(made);
      });

      test.each([
        [{ uid: 'other' }, 'Precondition failed: UID in precondition: other, UID in object meta: uid-a'],
        [{ resourceVersion: '1' }, /Precondition failed: ResourceVersion in precondition: 1, ResourceVersion in object meta: \d+$/],
      ])('answers a conflict when %j does not hold', async (preconditions, message) => {
        await create(pod('a'));
        const refused = await refusal(update(pod('a'), setN(1), { preconditions }));
        expect(refused).toMatchObject({ code: 409, reason: 'Conflict' });
        expect(refused.message).toMatch(message);
        expect(refused.message).toContain('Operation cannot be fulfilled on pods "a": StorageError: invalid object, Code: 4, Key: /registry/pods/default/a,');
      });

      test('tries a stale suggestion again with what is stored', async () => {
        const stale = await create(pod('a', { n: 1 }));
        await update(pod('a'), setN(2));
        const seen: unknown[] = [];
        const tryUpdate: UpdateFunc = (current) => (seen.push(current!.n), { ...current!, n: 10 + Number(current!.n) });
        expect(await update(pod('a'), tryUpdate, { cachedExistingObject: stale })).toMatchObject({ n: 12 });
        expect(seen.at(-1)).toBe(2);
      });

      test('refuses what the current state refuses, whatever a stale one would', async () => {
        const stale = await create(pod('a', { n: 1 }));
        await update(pod('a'), setN(2));
        const tryUpdate: UpdateFunc = (current) => {
          if (current!.n === 1) throw new Error('stale');
          return { ...current!, n: 3 };
        };
        expect(await update(pod('a'), tryUpdate, { cachedExistingObject: stale })).toMatchObject({ n: 3 });
        await expect(update(pod('a'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      });
    });

    describe('delete', () => {
      test('answers the object as it was, with the revision of its end', async () => {
        const made = await create(pod('a', { n: 1 }));
        const gone = await remove(pod('a'));
        expect(gone).toMatchObject({ n: 1, metadata: { name: 'a' } });
        expect(version(gone)).toBe(version(made) + 1);
        expect(await refusal(get('/pods/default/a'))).toMatchObject({ code: 404 });
        expect(await refusal(remove(pod('a')))).toMatchObject({ code: 404, message: 'pods "a" not found' });
      });

      test('answers a conflict when a precondition does not hold', async () => {
        await create(pod('a'));
        expect(await refusal(remove(pod('a'), { preconditions: { uid: 'other' } }))).toMatchObject({ code: 409, reason: 'Conflict' });
      });

      test('asks again when the object changed meanwhile', async () => {
        await create(pod('a', { n: 1 }));
        const seen: unknown[] = [];
        const validateDeletion = async (obj: KubeObject) => {
          seen.push(obj.n);
          if (seen.length === 1) await update(pod('a'), setN(2));
        };
        expect(await remove(pod('a'), { validateDeletion })).toMatchObject({ n: 2 });
        expect(seen).toEqual([1, 2]);
      });
    });

    describe('watch', () => {
      test('tells what happened after a revision, deletions with theirs', async () => {
        const made = await create(pod('a', { n: 1 }));
        const changed = await update(pod('a'), setN(2));
        const gone = await remove(pod('a'));
        await create(pod('x', { namespace: 'other' }));
        const events = await take(await watch('/pods/default/', { resourceVersion: String(version(made) - 1) }), 3);
        expect(events).toEqual([
          { type: 'ADDED', object: made },
          { type: 'MODIFIED', object: changed },
          { type: 'DELETED', object: gone },
        ]);
      });

      test('goes on with what happens next', async () => {
        const made = await create(pod('a'));
        const w = await watch('/pods/default/', { resourceVersion: made.metadata.resourceVersion });
        const events = take(w, 2);
        await create(pod('x', { namespace: 'other' }));
        await create(pod('b'));
        await remove(pod('a'));
        expect((await events).map(brief)).toEqual([`ADDED b ${version(made) + 2}`, `DELETED a ${version(made) + 3}`]);
      });

      test('shows a watcher with a selector objects that come and go', async () => {
        const made = await create(pod('a'));
        const label = (on: string): UpdateFunc => (current) => ({ ...current!, metadata: { ...current!.metadata, labels: { on } } });
        const w = await watch('/pods/default/', { resourceVersion: made.metadata.resourceVersion, labels: { on: 'yes' } });
        const events = take(w, 3);
        await update(pod('a'), label('yes'));
        await update(pod('a'), setN(2));
        await update(pod('a'), label('no'));
        await remove(pod('a'));
        const at = version(made);
        expect((await events).map(brief)).toEqual([`ADDED a ${at + 1}`, `MODIFIED a ${at + 2}`, `DELETED a ${at + 3}`]);
        expect((await events)[2]?.object).toMatchObject({ n: 2, metadata: { labels: { on: 'yes' } } });
      });

      test.each(['', '0'])('tells the state first when it starts from %j', async (resourceVersion) => {
        const a = await create(pod('a'));
        const b = await create(pod('b'));
        await get('/pods/default/b', b.metadata.resourceVersion);
        const w = await watch('/pods/default/', { resourceVersion });
        expect((await take(w, 2)).map(brief)).toEqual([`ADDED a ${version(a)}`, `ADDED b ${version(b)}`]);
        await remove(pod('a'));
        expect((await take(w, 1)).map(brief)).toEqual([`DELETED a ${version(b) + 1}`]);
      });

      test('ends initial events with a bookmark that says so', async () => {
        const a = await create(pod('a'));
        const w = await watch('/pods/', { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', bookmarks: true });
        const events = await take(w, 2);
        expect(events[0]).toEqual({ type: 'ADDED', object: a });
        expect(events[1]).toEqual({
          type: 'BOOKMARK',
          object: { apiVersion: 'v1', kind: 'Pod', metadata: { resourceVersion: a.metadata.resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } } },
        });
        const b = await create(pod('b'));
        expect((await take(w, 1)).map(brief)).toEqual([`ADDED b ${version(b)}`]);
      });

      test('sends nothing of the state when it is asked not to', async () => {
        await create(pod('a'));
        const w = await watch('/pods/', { sendInitialEvents: false, resourceVersionMatch: 'NotOlderThan' });
        const events = take(w, 1);
        // the watch may start at any moment after it was asked for
        await new Promise((resolve) => setTimeout(resolve, 20));
        await create(pod('b'));
        expect((await events).map(({ object }) => object.metadata.name)).toEqual(['b']);
      });

      test('watches one object by its key', async () => {
        const w = await watch('/pods/default/a', { resourceVersion: '0', fields: 'metadata.name=a' });
        const events = take(w, 1);
        await create(pod('aa'));
        await create(pod('a'));
        expect((await events).map(({ object }) => object.metadata.name)).toEqual(['a']);
      });

      test('ends when it is stopped, and when its request ends', async () => {
        const done = new Cancellation();
        const byStop = await watch('/pods/');
        const byAbort = await storage.watch(newContext(done), '/pods/', options());
        const ended = [take(byStop, 1), take(byAbort, 1)];
        byStop.stop();
        done.abort();
        expect(await Promise.all(ended)).toEqual([[], []]);
      });

      test('refuses a version that is none', async () => {
        await expect(watch('/pods/', { resourceVersion: 'abc' })).rejects.toThrow('resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax');
      });
    });
  });
}
