import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { ListOptions } from '../interfaces.ts';
import { pod, pods } from '../testing/fixtures.ts';
import { ConsistencyChecker } from './consistency-checker.ts';

const minute = 60_000;
const at = (name: string, revision: number) => ({ ...pod(name), metadata: { ...pod(name).metadata, resourceVersion: String(revision) } });

/** A cache and an etcd that hold what a test says. */
function start({ cached, stored, pageSize = 2, isReady = true }: { cached: KubeObject[]; stored: KubeObject[] | Error; pageSize?: number; isReady?: boolean }) {
  const marked: boolean[] = [];
  const asked: Omit<ListOptions, 'predicate'>[] = [];
  const log = { info: vi.fn(), error: vi.fn() };
  const statuses: string[] = [];
  const state = { cached, stored };
  const checker = new ConsistencyChecker({
    groupResource: pods,
    key: '/pods/',
    cacher: { isReady, state: () => ({ objects: state.cached, revision: 9 }), markConsistent: (consistent) => void marked.push(consistent) },
    etcd: {
      async getList(_ctx, _key, { predicate, ...options }) {
        asked.push(options);
        if (state.stored instanceof Error) throw state.stored;
        const from = Number(predicate.continue);
        const end = from + pageSize;
        return { items: state.stored.slice(from, end), resourceVersion: '9', continue: end < state.stored.length ? String(end) : '' };
      },
    },
    log,
    metrics: { consistencyCheck: (status: string) => void statuses.push(status) },
  });
  return { checker, marked, asked, log, statuses, state };
}

describe('ConsistencyChecker', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const three = [at('a', 2), at('b', 3), at('c', 9)];
  test.each([
    ['the same', three, three, true, undefined],
    ['nothing on both sides', [], [], true, undefined],
    ['an object that etcd has not', three, three.slice(0, 2), false, { index: 2, cacheItem: 'default/c/9' }],
    ['an object less than etcd', three.slice(0, 2), three, false, { index: 2, etcdItem: 'default/c/9' }],
    ['another state of an object', [at('a', 2), at('b', 4)], [at('a', 2), at('b', 3)], false, { index: 1, etcdItem: 'default/b/3', cacheItem: 'default/b/4' }],
  ])('of a cache that holds %s it says so', async (_what, cached, stored, consistent, difference) => {
    const { checker, marked, asked, log, statuses } = start({ cached, stored });
    await checker.check();
    expect(marked).toEqual([consistent]);
    expect(statuses).toEqual([consistent ? 'success' : 'failure']);
    expect(asked[0]).toEqual({ resourceVersion: '9', resourceVersionMatch: 'Exact' });
    if (difference) expect(log.error).toHaveBeenCalledWith(undefined, 'Cache consistency check failed', { ...pods, resourceVersion: 9, ...difference });
    else expect(log.error).not.toHaveBeenCalled();
  });

  test.each([
    ['a cache that is not ready', { cached: three, stored: three, isReady: false }],
    ['an etcd that does not answer', { cached: three, stored: new Error('etcd: no connection') }],
  ])('says nothing of %s', async (_what, given) => {
    const { checker, marked, statuses, log } = start(given);
    await checker.check();
    expect({ marked, statuses }).toEqual({ marked: [], statuses: ['error'] });
    expect(log.error).toHaveBeenCalledOnce();
  });

  test('compares every five to seven and a half minutes, and no more once it is stopped', async () => {
    const { checker, marked, state } = start({ cached: three, stored: three });
    checker.start();
    await vi.advanceTimersByTimeAsync(5 * minute - 1);
    expect(marked).toEqual([]);
    await vi.advanceTimersByTimeAsync(2.5 * minute + 1);
    expect(marked).toEqual([true]);
    state.stored = [];
    await vi.advanceTimersByTimeAsync(7.5 * minute);
    expect(marked).toEqual([true, false]);
    checker.stop();
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(marked).toHaveLength(2);
  });

  test('a comparison that is under way when it is stopped comes to nothing', async () => {
    const { checker, marked, statuses } = start({ cached: three, stored: [] });
    const checked = checker.check();
    checker.stop();
    await checked;
    expect({ marked, statuses }).toEqual({ marked: [], statuses: [] });
  });
});
