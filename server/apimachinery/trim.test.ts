import { expect, test } from 'vitest';
import { trimRight } from './trim.ts';

test.each([['/a//', '/a'], ['a', 'a'], ['///', ''], ['', ''], [`${'/'.repeat(10 ** 6)}a`, `${'/'.repeat(10 ** 6)}a`]])('%.20s ends in no slash', (text, trimmed) => {
  expect(trimRight(text, '/')).toBe(trimmed);
});
