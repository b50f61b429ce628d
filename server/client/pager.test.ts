import { describe, expect, test } from 'vitest';
import { newResourceExpired } from '../http/status.ts';
import { listPages } from './pager.ts';
import type { ListOptions } from './rest-client.ts';

const list = (names: string[], next = '') => ({ apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion: '7', ...(next && { continue: next }) }, items: names.map((name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } })) });

describe('a list in pages', () => {
  test('asks for the version once, and for what follows by token', async () => {
    const asked: ListOptions[] = [];
    const result = await listPages(async (options) => {
      asked.push(options);
      return asked.length === 1 ? list(['a'], 'next') : list(['b']);
    }, { resourceVersion: '0', labelSelector: 'x' }, 1);
    expect(result.list.items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(result.paginated).toBe(true);
    expect(asked).toEqual([{ resourceVersion: '0', labelSelector: 'x', limit: 1 }, { continue: 'next', labelSelector: 'x', limit: 1 }]);
  });

  test('whose version goes in between is asked for in one piece', async () => {
    const asked: ListOptions[] = [];
    const result = await listPages(async (options) => {
      asked.push(options);
      if (options.continue) throw newResourceExpired('too old');
      return options.limit === 0 ? list(['a', 'b']) : list(['a'], 'next');
    }, { resourceVersion: '5' }, 1);
    expect(result.list.items).toHaveLength(2);
    expect(asked.at(-1)).toEqual({ resourceVersion: '5', limit: 0 });
  });

  test('whose version is gone at once fails', async () => {
    await expect(listPages(() => Promise.reject(newResourceExpired('too old')), { resourceVersion: '5' })).rejects.toThrow('too old');
  });
});
