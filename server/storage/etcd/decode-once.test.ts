import { expect, test, vi } from 'vitest';
import { jsonCodec, pod } from '../testing/fixtures.ts';
import { DecodeOnce } from './decode-once.ts';

const key = '/registry/pods/default/a';
const data = jsonCodec.encode(pod('a'));
const start = () => {
  const decode = vi.fn(jsonCodec.decode);
  return { decode, once: new DecodeOnce({ ...jsonCodec, decode }) };
};

test('decodes what is written and then watched once', () => {
  const { decode, once } = start();
  const written = once.decodeAt(key, data, 7);
  expect(once.decodeAt(key, data, 7)).toBe(written);
  expect(written.metadata.resourceVersion).toBe('7');
  expect(decode).toHaveBeenCalledOnce();
});

test('takes neither another key nor another revision for the same', () => {
  const { once } = start();
  once.decodeAt(key, data, 7);
  expect(once.decodeAt('/registry/pods/default/b', jsonCodec.encode(pod('b')), 7).metadata).toMatchObject({ name: 'b', resourceVersion: '7' });
  expect(once.decodeAt(key, data, 8).metadata.resourceVersion).toBe('8');
});

test('forgets what nobody comes for', () => {
  const { decode, once } = start();
  for (let n = 0; n <= 100; n++) once.decodeAt(`${key}${n}`, data, n + 1);
  once.decodeAt(`${key}100`, data, 101);
  expect(decode).toHaveBeenCalledTimes(101);
  once.decodeAt(`${key}0`, data, 1);
  expect(decode).toHaveBeenCalledTimes(102);
});
