import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Cancellation } from '../../http/cancellation.ts';
import { hasInitialEventsEndAnnotation } from '../initial-events.ts';
import type { WatchEvent } from '../interfaces.ts';
import { startCached } from '../testing/cached-storage.ts';
import { brief, newContext, options, pod, storeOptions, take } from '../testing/fixtures.ts';

const ctx = newContext();
const elsewhere = { compare: [], success: [{ op: 'put' as const, key: '/elsewhere', value: new Uint8Array() }], failure: [] };
const state = { resourceVersion: '', sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', bookmarks: true } as const;
const told = (events: WatchEvent[]) => events.map((event) => (hasInitialEventsEndAnnotation(event.object) ? 'END' : event.type) + ` ${event.object.metadata.resourceVersion}`);

let h: ReturnType<typeof startCached>;
beforeEach(async () => {
  vi.useFakeTimers();
  h = startCached();
  await h.storage.readinessCheck();
});
afterEach(() => {
  h.close();
  vi.useRealTimers();
});

const watch = (wanted: Parameters<typeof options>[0], of = ctx) => h.storage.watch(of, '/pods/', options(wanted));

describe('a watch that begins with the state', () => {
  /** More than any queue holds. */
  async function changes(): Promise<void> {
    for (let n = 1; n <= 40; n++) {
      await h.change('a0', n);
      await vi.advanceTimersByTimeAsync(1);
    }
  }

  test.each([
    ['of the newest', { ...state }, ['ADDED 2', 'END 3']],
    ['as it is', { ...state, resourceVersion: '0' }, ['ADDED 2', 'END 3']],
    ['of a revision that is there', { ...state, resourceVersion: '2' }, ['ADDED 2', 'END 3']],
    ['without bookmarks', { ...state, bookmarks: false }, ['ADDED 2']],
    ['because it names no revision', { resourceVersion: '', bookmarks: true }, ['ADDED 2']],
  ])('%s is told it, and its end where that was asked for', async (_what, wanted, expected) => {
    await h.put('a');
    await h.client.txn(elsewhere);
    await h.caughtUp();
    expect(told(await take(await watch(wanted), expected.length))).toEqual(expected);
  });

  test('of nothing is told its end at once', async () => {
    expect(told(await take(await watch(state), 1))).toEqual(['END 1']);
  });

  test('whose consumer needs longer for it than its queue lasts is told all of it, what has waited, and then ended', async () => {
    for (let i = 0; i < 5; i++) await h.put(`a${i}`);
    const slow = await watch(state);
    const reading = slow[Symbol.asyncIterator]();
    await reading.next();
    await changes();
    expect(h.storage.describe().watchers).toEqual([]);
    const events = await take(slow, 25);
    // a bookmark would tell it that it has seen what it has not
    await vi.advanceTimersByTimeAsync(65_000);
    events.push(...(await take(slow, 99)));
    expect(told(events.slice(0, 5))).toEqual(['ADDED 3', 'ADDED 4', 'ADDED 5', 'ADDED 6', 'END 6']);
    expect(told(events.slice(5))).toEqual(Array.from({ length: 21 }, (_, i) => `MODIFIED ${7 + i}`));
  });

  test('but of no bookmark is ended at once when its consumer is as slow', async () => {
    for (let i = 0; i < 5; i++) await h.put(`a${i}`);
    await h.caughtUp();
    const slow = await watch({ resourceVersion: '0' });
    await slow[Symbol.asyncIterator]().next();
    await changes();
    expect(await take(slow, 99)).toEqual([]);
  });
});

describe('bookmarks', () => {
  test('tell nothing until the cache is past the revision that the watch began at', async () => {
    await h.put('a');
    await h.caughtUp();
    const quiet = take(await watch({ resourceVersion: '2', bookmarks: true }), 1);
    const ahead = take(await watch({ resourceVersion: '5', bookmarks: true }), 1);
    await vi.advanceTimersByTimeAsync(125_000);
    await h.put('b');
    expect((await quiet).map(brief)).toEqual(['ADDED b 3']);
    for (let i = 0; i < 3; i++) await h.client.txn(elsewhere);
    await h.caughtUp();
    await vi.advanceTimersByTimeAsync(65_000);
    expect((await ahead).map(brief)).toEqual(['BOOKMARK 6']);
  });

  test.each([2000, 2500, 3000, 4500])('come before the end of a watch of %i ms, too', async (timeout) => {
    const events = take(await watch({ resourceVersion: '1', bookmarks: true, deadline: Date.now() + timeout }), 2);
    await h.put('a');
    await vi.advanceTimersByTimeAsync(timeout);
    expect((await events).map(brief)).toEqual(['ADDED a 2', 'BOOKMARK 2']);
  });

  test('are dropped where others wait already', async () => {
    const slow = await watch({ resourceVersion: '1', bookmarks: true });
    for (let i = 0; i < 10; i++) await h.put(`a${i}`);
    await h.caughtUp();
    await vi.advanceTimersByTimeAsync(600_000);
    expect((await take(slow, 10)).map(({ type }) => type)).toEqual(Array(10).fill('ADDED'));
    const next = take(slow, 1);
    await vi.advanceTimersByTimeAsync(65_000);
    expect((await next).map(brief)).toEqual(['BOOKMARK 11']);
  });
});

describe('a watch ends', () => {
  test('with its request, and leaves the request nothing to call', async () => {
    const done = new Cancellation();
    const request = newContext(done);
    const offAbort = vi.spyOn(done, 'offAbort');
    const first = await watch({ resourceVersion: '1' }, request);
    first.stop();
    expect(offAbort).toHaveBeenCalledOnce();
    const second = await watch({ resourceVersion: '1' }, request);
    const pending = take(second, 1);
    request.abort(new Error('the client has gone'));
    expect(await pending).toEqual([]);
    expect(h.storage.describe().watchers).toEqual([]);
  });

  test('before it begins when its request is over', async () => {
    const request = newContext();
    request.abort(new Error('the client has gone'));
    expect(await take(await watch({ resourceVersion: '1' }, request), 1)).toEqual([]);
    expect(h.storage.describe().watchers).toEqual([]);
  });
});

test('a change that very many hear of is told to all of them, and others get their turn before the next one is', async () => {
  let received = 0;
  for (let i = 0; i < 300; i++) {
    const events = await watch({ resourceVersion: '1' });
    void (async () => {
      for await (const _event of events) received++;
    })();
  }
  const success = ['a', 'b', 'c'].map((name) => ({ op: 'put' as const, key: `/registry/pods/default/${name}`, value: storeOptions.codec.encode(pod(name)) }));
  await h.client.txn({ compare: [], success, failure: [] });
  const seen: number[] = [];
  while (received < 900) {
    await vi.advanceTimersToNextTimerAsync();
    if (received !== seen.at(-1)) seen.push(received);
  }
  expect(seen.every((count) => count % 300 === 0)).toBe(true);
  expect(seen.length).toBeGreaterThan(1);
});
