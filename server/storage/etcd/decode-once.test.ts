import { expect, test, vi } from 'vitest';
import { pod } from '../testing/fixtures.ts';
import { DecodeOnce } from './decode-once.ts';

const key = '/registry/pods/default/a';
const start = () => ({ decode: vi.fn(() => pod('a')), once: new DecodeOnce() });

test('decodes what is written and then watched once', () => {
  const { decode, once } = start();
  const written = once.decodeAt(key, 7, decode);
  expect(once.decodeAt(key, 7, decode)).toBe(written);
  expect(decode).toHaveBeenCalledOnce();
});

test('takes neither another key nor another revision for the same', () => {
  const { decode, once } = start();
  const written = once.decodeAt(key, 7, decode);
  expect(once.decodeAt('/registry/pods/default/b', 7, decode)).not.toBe(written);
  expect(once.decodeAt(key, 8, decode)).not.toBe(written);
});

test('forgets what nobody comes for', () => {
  const { decode, once } = start();
  for (let n = 0; n <= 100; n++) once.decodeAt(`${key}${n}`, n + 1, decode);
  once.decodeAt(`${key}100`, 101, decode);
  expect(decode).toHaveBeenCalledTimes(101);
  once.decodeAt(`${key}0`, 1, decode);
  expect(decode).toHaveBeenCalledTimes(102);
});
