import { expect, test } from 'vitest';
import { malformedEscape, urlPath } from './url-path.ts';

test.each([
  ['/a/b', '/a/b'],
  ['/a?b=/c', '/a'],
  ['/a?b?c', '/a'],
  ['//a//b/', '//a//b/'],
  ['/a/../b/./c', '/a/../b/./c'],
  ['/%61%2Fb%2fc', '/a/b/c'],
  ['/%252F', '/%2F'],
  ['/a%3Fb#c', '/a?b#c'],
  ['/%00', '/\0'],
  ['/%E2%82%AC', '/€'],
  ['/%ff%61%c0%af', '/\ufffda\ufffd\ufffd'],
  ['/%EF%BB%BF%ff', '/\ufeff\ufffd'],
  ['http://host:1/a%2Fb?c', '/a/b'],
  ['HTTPS://user@host//a', '//a'],
  ['http://host', ''],
  ['*', '*'],
])('the path of %s', (target, path) => {
  expect(urlPath(target)).toBe(path);
});

test.each([['/a%2', '%2'], ['/%zz/b', '%zz'], ['/%', '%'], ['/a%41?%zz', undefined], ['/%25', undefined]])('what is wrong with the escapes of %s: %s', (target, wrong) => {
  expect(malformedEscape(target)).toBe(wrong);
});
