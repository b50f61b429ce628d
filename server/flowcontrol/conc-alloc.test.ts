import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeConcurrencyAllocation } from './conc-alloc.ts';
import type { AllocProblemItem } from './conc-alloc.ts';

const item = (lowerBound: number, target: number, upperBound: number): AllocProblemItem => ({ lowerBound, target, upperBound });

test.each<[string, number, AllocProblemItem[], number[] | undefined]>([
  ['in proportion to the targets', 30, [item(0, 10, 100), item(0, 20, 100)], [10, 20]],
  ['more than the targets where there is more', 60, [item(0, 10, 100), item(0, 20, 100)], [20, 40]],
  ['no more than the upper bounds', 60, [item(0, 10, 100), item(0, 20, 30)], [30, 30]],
  ['no less than the lower bounds', 15, [item(9, 10, 100), item(0, 20, 30)], [9, 6]],
  ['the lower bounds where there is no more', 15, [item(10, 10, 20), item(5, 10, 20)], [10, 5]],
  ['the upper bounds where there is enough', 40, [item(10, 10, 20), item(5, 10, 20)], [20, 20]],
  ['something to those without a target', 10, [item(0, 0, 100), item(0, 0, 100)], [5, 5]],
  ['nothing where there are less than the lower bounds', 14, [item(10, 10, 20), item(5, 10, 20)], undefined],
  ['nothing where there are more than the upper bounds', 41, [item(10, 10, 20), item(5, 10, 20)], undefined],
  ['nothing to nobody', 0, [], []],
])('allocates %s', (_what, sum, items, expected) => {
  const allocs = computeConcurrencyAllocation(sum, items);
  expect(allocs?.map((alloc) => Math.round(alloc * 1e6) / 1e6)).toEqual(expected);
});

const items = fc.array(fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50)).map(([low, more, most]) => item(low, low + more, low + most)), { minLength: 1, maxLength: 8 });

test('gives what is there, each within its bounds, and all by one proportion', () => {
  fc.assert(fc.property(items, fc.double({ min: 0, max: 1, noNaN: true }), (classes, at) => {
    const [low, high] = [classes.reduce((sum, { lowerBound }) => sum + lowerBound, 0), classes.reduce((sum, { upperBound }) => sum + upperBound, 0)];
    const required = Math.round(low + at * (high - low));
    const allocs = computeConcurrencyAllocation(required, classes)!;
    expect(allocs.reduce((sum, alloc) => sum + alloc, 0)).toBeCloseTo(required, 5);
    const free = allocs.flatMap((alloc, i) => {
      const { lowerBound, upperBound, target } = classes[i]!;
      expect(alloc).toBeGreaterThanOrEqual(lowerBound);
      expect(alloc).toBeLessThanOrEqual(upperBound);
      return alloc > lowerBound && alloc < upperBound ? [alloc / Math.max(target, 0.001)] : [];
    });
    for (const proportion of free) expect(Math.abs(proportion / free[0]! - 1)).toBeLessThan(1e-6);
  }));
});
