import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['-2ms', -2],
  ['0', 0],
  ['.5s', 500],
])('%s is %d milliseconds', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ['', 'time: invalid duration ""'],
  ['abc', 'time: invalid duration "abc"'],
  ['10', 'time: missing unit in duration "10"'],
  ['10x', 'time: unknown unit "x" in duration "10x"'],
])('refuses %j', (text, message) => {
  expect(() => parseDuration(text)).toThrow(message);
});

test.each([
  [0, '0s'],
  [0.25, '250µs'],
  [512.5, '512.5ms'],
  [1500, '1.5s'],
  [61_000, '1m1s'],
  [3_600_000, '1h0m0s'],
])('prints %d milliseconds as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
