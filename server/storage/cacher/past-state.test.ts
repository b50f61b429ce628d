import { expect, test } from 'vitest';
import fc from 'fast-check';
import { stateBefore } from './past-state.ts';
import { Ring } from './ring.ts';
import type { StoreElement } from './store.ts';
import type { WatchCacheEvent } from './watch-cache-event.ts';

const keys = ['/pods/a/x', '/pods/a/y', '/pods/b/x', '/pods/b/z'];
const attributes = { labels: {}, fields: {} };
const inOrder = (state: ReadonlyMap<string, StoreElement>) => [...state.values()].sort((a, b) => (a.key < b.key ? -1 : 1));

test('whatever has happened, the state of any moment before is what it was', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ key: fc.constantFrom(...keys), deletes: fc.boolean() }), { maxLength: 30 }), (changes) => {
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
      history.forEach((then, revision) => {
        expect(stateBefore(inOrder(state), ring, revision, () => true)).toEqual(then);
        const inA = (key: string) => key.startsWith('/pods/a/');
        expect(stateBefore(inOrder(state).filter(({ key }) => inA(key)), ring, revision, inA)).toEqual(then.filter(({ key }) => inA(key)));
      });
    }),
  );
});
