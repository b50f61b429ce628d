import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedMap } from './sorted-map.ts';

const key = fc.nat(2_000).map((n) => n.toString(36));
const change = fc.record({ key, remove: fc.boolean() });

test('a sorted map holds what a plain map holds, in order, whatever the changes', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 1_500, size: 'max' }), key, key, (changes, from, end) => {
      const sorted = new SortedMap<string>();
      const plain = new Map<string, string>();
      for (const { key, remove } of changes) {
        if (remove) {
          sorted.delete(key);
          plain.delete(key);
        } else {
          sorted.set(key, `value of ${key}`);
          plain.set(key, `value of ${key}`);
        }
      }
      const expected = [...plain.keys()].filter((each) => each >= from).sort();
      expect([...sorted.values(from, undefined)]).toEqual(expected.map((each) => `value of ${each}`));
      expect([...sorted.values(from, end)]).toEqual(expected.filter((each) => each < end).map((each) => `value of ${each}`));
      expect(sorted.slice(from, end)).toEqual([...sorted.values(from, end)]);
      expect(sorted.get(from)).toBe(plain.get(from));
    }),
    { numRuns: 50 },
  );
});
