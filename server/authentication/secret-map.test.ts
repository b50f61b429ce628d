import { expect, test } from 'vitest';
import { constantTimeCompare } from './constant-time.ts';
import { SecretMap } from './secret-map.ts';

const long = 'x'.repeat(500);

test('tells secrets apart that begin, or end, alike', () => {
  const map = new SecretMap<number>(100);
  const secrets = ['', 'a', 'b', 'ab', 'ba', `${long}a`, `${long}b`];
  secrets.forEach((secret, i) => map.set(secret, i));
  expect(secrets.map((secret) => map.get(secret))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect([map.get('c'), map.get(long), map.get(`y${long.slice(1)}a`)]).toEqual([undefined, undefined, undefined]);
  map.delete('ab');
  expect([map.get('ab'), map.get('ba')]).toEqual([undefined, 4]);
});

test('tells secrets apart that end alike, where all of them is hashed', () => {
  const map = new SecretMap<string>(Infinity, Infinity);
  for (const first of ['a', 'b', 'c']) map.set(`${first}${long}`, first);
  expect([map.get(`a${long}`), map.get(`b${long}`), map.get(`c${long}`), map.get(`d${long}`)]).toEqual(['a', 'b', 'c', undefined]);
});

test('of two secrets that have one hash neither is taken for the other', () => {
  const map = new SecretMap<string>(100);
  map.set(`a${long}`, 'first');
  expect(map.get(`b${long}`)).toBeUndefined();
  map.set(`b${long}`, 'second');
  expect([map.get(`a${long}`), map.get(`b${long}`)]).toEqual([undefined, 'second']);
});

test('keeps so many, those that came last', () => {
  const map = new SecretMap<number>(2);
  for (const [i, secret] of ['a', 'b', 'a', 'c'].entries()) map.set(secret, i);
  expect(['a', 'b', 'c'].map((secret) => map.get(secret))).toEqual([2, undefined, 3]);
});

test.each([['', '', true], ['abc', 'abc', true], ['abc', 'abd', false], ['abc', 'xbc', false], ['abc', 'ab', false], ['', 'a', false]])('%j and %j are equal: %s', (known, given, equal) => {
  expect(constantTimeCompare(known, given)).toBe(equal);
});
