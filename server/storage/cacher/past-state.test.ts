import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { PastStates } from './past-state.ts';
import { Ring } from './ring.ts';
import type { StoreElement } from './store.ts';
import type { WatchCacheEvent } from './watch-cache-event.ts';

const keys = ['/pods/a/x', '/pods/a/y', '/pods/b/x', '/pods/b/z'];
const attributes = { labels: {}, fields: {} };
const inOrder = (state: ReadonlyMap<string, StoreElement>) => [...state.values()].sort((a, b) => (a.key < b.key ? -1 : 1));

/** Plays changes; answers the window, the state now, and the one after each change. */
function play(changes: readonly { key: string; deletes: boolean }[]) {
  const ring = new Ring<WatchCacheEvent>();
  const state = new Map<string, StoreElement>();
  const history = [inOrder(state)];
  changes.forEach(({ key, deletes }, i) => {
    const revision = i + 1;
    const previous = state.get(key);
    const element = { key, attributes, object: { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: String(revision) } } };
    if (!deletes) state.set(key, element);
    else if (!state.delete(key)) return void history.push(inOrder(state));
    const type = deletes ? 'DELETED' : previous ? 'MODIFIED' : 'ADDED';
    ring.push({ type, revision, recordTime: 0, element, previous });
    history.push(inOrder(state));
  });
  return { ring, history, list: (prefix: string) => inOrder(state).filter(({ key }) => key.startsWith(prefix)) };
}

test('whatever has happened, the state of any moment before is what it was, and so is each page of it', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ key: fc.constantFrom(...keys), deletes: fc.boolean() }), { maxLength: 30 }), (changes) => {
      const { ring, history, list } = play(changes);
      const past = new PastStates();
      history.forEach((then, revision) => {
        for (const prefix of ['/pods/', '/pods/a/']) {
          const expected = then.filter(({ key }) => key.startsWith(prefix));
          for (const from of [prefix, '/pods/a/x\0', '/pods/a/y']) {
            expect(past.list(ring, revision, prefix, from, () => list(prefix))).toEqual(expected.filter(({ key }) => key >= from));
          }
        }
      });
    }),
  );
});

test('a pager pays once for what has happened meanwhile', () => {
  const { ring, list } = play(keys.map((key) => ({ key, deletes: false })));
  const past = new PastStates();
  const listNow = vi.fn(() => list('/pods/'));
  const page = (revision: number, from: string) => past.list(ring, revision, '/pods/', from, listNow).map(({ key }) => key);
  expect(page(3, '/pods/')).toEqual(keys.slice(0, 3));
  expect(page(3, '/pods/a/x\0')).toEqual(keys.slice(1, 3));
  expect(page(3, '/pods/b/')).toEqual(keys.slice(2, 3));
  expect(listNow).toHaveBeenCalledOnce();
  past.removeLess(4);
  page(3, '/pods/');
  expect(listNow).toHaveBeenCalledTimes(2);
});

test('a few pagers at once each pay once; of many, those who were away the longest pay again', () => {
  const { ring, list } = play(Array.from({ length: 12 }, (_, i) => ({ key: keys[i % 4]!, deletes: false })));
  const past = new PastStates();
  const listNow = vi.fn(() => list('/pods/'));
  const ask = (revision: number) => past.list(ring, revision, '/pods/', '/pods/', listNow);
  for (let round = 0; round < 2; round++) for (let revision = 1; revision <= 8; revision++) ask(revision);
  expect(listNow).toHaveBeenCalledTimes(8);
  ask(9);
  ask(2);
  expect(listNow).toHaveBeenCalledTimes(9);
  ask(1);
  expect(listNow).toHaveBeenCalledTimes(10);
});
