import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Path } from './path-element.ts';
import { formatPath } from './path-element.ts';
import { fromFieldsV1, toFieldsV1 } from './serialize.ts';
import type { FieldSet } from './set.ts';
import { difference, filterIncludeMatches, has, intersection, isEmpty, newSet, paths, recursiveDifference, union } from './set.ts';

const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'k:{"name":"y"}', 'v:"a"', 'v:1', 'i:0');
const path = fc.array(element, { minLength: 1, maxLength: 4 });
const set = fc.array(path, { maxLength: 12 }).map((all) => newSet(...all));
const textOf = (s: FieldSet) => [...paths(s)].map(formatPath).sort();
const startsWith = (p: Path, prefix: Path) => prefix.every((e, i) => p[i] === e);

test('a set comes back from FieldsV1 as it went', () => {
  fc.assert(
    fc.property(set, (s) => {
      expect(fromFieldsV1(JSON.parse(JSON.stringify(toFieldsV1(s))))).toEqual(s);
    }),
  );
});

test('union, intersection and difference are those of the paths', () => {
  fc.assert(
    fc.property(set, set, path, (a, b, p) => {
      expect(has(union(a, b), p)).toBe(has(a, p) || has(b, p));
      expect(has(intersection(a, b), p)).toBe(has(a, p) && has(b, p));
      expect(has(difference(a, b), p)).toBe(has(a, p) && !has(b, p));
    }),
  );
});

test('a recursive difference takes along what is below', () => {
  fc.assert(
    fc.property(set, set, (a, b) => {
      const gone = [...paths(b)];
      const left = [...paths(a)].filter((p) => !gone.some((g) => startsWith(p, g)));
      expect(textOf(recursiveDifference(a, b))).toEqual(left.map(formatPath).sort());
    }),
  );
});

test('a set without members is empty, however it came about', () => {
  fc.assert(
    fc.property(set, (s) => {
      expect(isEmpty(difference(s, s))).toBe(true);
      expect(isEmpty(recursiveDifference(s, s))).toBe(true);
    }),
  );
});

test('FieldsV1 is in order, and marks members that have members below', () => {
  const s = newSet(['f:spec', 'f:b'], ['f:spec', 'f:a'], ['f:spec'], ['f:data', 'f:k'], ['f:list', 'k:{"port":443}'], ['f:list', 'k:{"port":80}', 'f:port']);
  expect(JSON.stringify(toFieldsV1(s))).toBe(
    '{"f:data":{"f:k":{}},"f:list":{"k:{\\"port\\":80}":{"f:port":{}},"k:{\\"port\\":443}":{}},"f:spec":{".":{},"f:a":{},"f:b":{}}}',
  );
});

test('paths come level by level', () => {
  const s = newSet(['f:a', 'f:x'], ['f:b'], ['f:a']);
  expect([...paths(s)].map(formatPath)).toEqual(['.a', '.b', '.a.x']);
});

test('a filter keeps what is on the way to its patterns and below them', () => {
  const s = newSet(['f:spec'], ['f:spec', 'f:containers', 'k:{"name":"a"}', 'f:resources', 'f:limits'], ['f:spec', 'f:nodeName'], ['f:status']);
  const filtered = filterIncludeMatches(s, [['f:spec', 'f:containers', '*', 'f:resources']]);
  expect(textOf(filtered)).toEqual(['.spec', '.spec.containers[name="a"].resources.limits']);
});

test.each([{ 'f:a': 1 }, { a: {} }, []])('%j is no FieldsV1', (fields) => {
  expect(() => fromFieldsV1(fields)).toThrow();
});
