import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newPod } from '../testing/fixtures.ts';
import { SortedStore } from './store.ts';

const element = (key: string) => ({ key, object: newPod(), attributes: { labels: {}, fields: {} } });
const key = fc.tuple(fc.constantFrom('a', 'ab', 'b'), fc.constantFrom('x', 'xy', 'z')).map(([ns, name]) => `/pods/${ns}/${name}`);

describe('SortedStore', () => {
  test('holds what a sorted map holds after any writes', () => {
    fc.assert(
      fc.property(fc.array(key), fc.array(fc.tuple(fc.boolean(), key)), (initial, writes) => {
        const store = new SortedStore();
        const expected = new Set(initial);
        store.replace([...expected].map(element));
        for (const [isSet, k] of writes) {
          if (isSet) store.set(element(k));
          else store.delete(k);
          if (isSet) expected.add(k);
          else expected.delete(k);
        }
        const sorted = [...expected].sort();
        expect(store.listPrefix('/pods/').map((e) => e.key)).toEqual(sorted);
        expect(store.listPrefix('/pods/a/').map((e) => e.key)).toEqual(sorted.filter((k) => k.startsWith('/pods/a/')));
        for (const k of sorted) expect(store.get(k)?.key).toBe(k);
      }),
    );
  });
});
