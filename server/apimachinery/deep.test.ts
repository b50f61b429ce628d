import { expect, test } from 'vitest';
import { deepCopy, deepEqual, semanticDeepEqual } from './deep.ts';

test.each([
  [{ a: 1 }, { a: 1 }, true],
  [{ a: 1 }, { a: 2 }, false],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
  [{ a: [1, 2] }, { a: [2, 1] }, false],
  [{ a: undefined }, {}, true],
  [{ a: null }, {}, false],
  [{}, { constructor: 'x' }, false],
  [{ toString: 'x' }, {}, false],
  [[], {}, false],
])('compares %j and %j as data: %s', (a, b, equal) => {
  expect(deepEqual(a, b)).toBe(equal);
  expect(deepEqual(b, a)).toBe(equal);
});

test.each([
  [{ a: [] }, { a: null }, true],
  [{ a: [] }, {}, true],
  [{ a: { b: null } }, { a: { b: [] } }, true],
  [{ a: [1] }, { a: null }, false],
  [{ a: {} }, { a: null }, false],
  [{ a: '' }, {}, false],
])('takes a list with nothing in it for none: %j, %j: %s', (a, b, equal) => {
  expect(semanticDeepEqual(a, b)).toBe(equal);
  expect(semanticDeepEqual(b, a)).toBe(equal);
});

test('compares what is nested a thousand times level by level', () => {
  const nested = (innermost: unknown) => Array.from({ length: 1000 }).reduce((inner) => ({ a: inner }), innermost);
  expect(deepEqual(nested(1), nested(1))).toBe(true);
  expect(deepEqual(nested(1), nested(2))).toBe(false);
});

test('copies every level, and a key named __proto__ as any other', () => {
  const original: unknown = JSON.parse('{"a":{"b":[1]},"__proto__":{"c":1}}');
  const copy = deepCopy(original);
  expect(copy).toEqual(original);
  expect(Object.keys(copy as object)).toEqual(['a', '__proto__']);
  expect((copy as { a: unknown }).a).not.toBe((original as { a: unknown }).a);
});
