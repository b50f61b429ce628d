import { expect, test } from 'vitest';
import { fragmentOf, requestFrom } from './share.ts';

const original = { method: 'GET', path: '/a', headers: { Accept: 'x' } };

test('a request as the chapter has it is linked by its id alone', () => {
  expect(fragmentOf('list', { ...original }, original)).toBe('#list');
});

test.each([
  { ...original, path: '/b?x=1&y=%20#z' },
  { ...original, chain: 'without withCORS' },
  { method: 'POST', path: '/a', headers: {}, body: '{"a": "ü & #"}', user: 'alice' },
])('a changed request comes back from its link: %o', (changed) => {
  const found = requestFrom(fragmentOf('list', changed, original), 'list');
  expect({ ...original, ...found }).toEqual(changed);
});

test('a link says only what differs', () => {
  expect(fragmentOf('list', { ...original, path: '/b' }, original)).toBe('#list?path=%2Fb');
});

test.each(['', '#list', '#other?path=/b', '#_top'])('the fragment %j changes nothing', (fragment) => {
  expect(requestFrom(fragment, 'list')).toBeUndefined();
});
