import { createCipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { newCBCTransformer, newGCMTransformer } from './encrypt/aes.ts';
import { newSecretboxTransformer } from './encrypt/secretbox.ts';
import { concat } from '../../apimachinery/concat.ts';
import { identityTransformer, newPrefixTransformers } from './transformer.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const key = new Uint8Array(32).map((_, i) => i);
const otherKey = key.map((byte) => byte ^ 1);
const at = '/registry/secrets/default/a';

describe.each([
  ['aesgcm', newGCMTransformer, 12 + 16],
  ['aescbc', newCBCTransformer, 16 + 11],
  ['secretbox', newSecretboxTransformer, 24 + 16],
] as const)('%s', (_name, make, overhead) => {
  test('gives back what it was given, and never writes it twice alike', () => {
    const transformer = make(key);
    const [one, two] = [transformer.transformToStorage(bytes('hello'), at), transformer.transformToStorage(bytes('hello'), at)];
    expect(one).toHaveLength(5 + overhead);
    expect(one).not.toEqual(two);
    expect(text(transformer.transformFromStorage(one, at).data)).toBe('hello');
  });

  test.each([0, 1, 15, 16, 17, 4096])('%i bytes', (length) => {
    const transformer = make(key);
    const data = new Uint8Array(length).fill(7);
    expect(transformer.transformFromStorage(transformer.transformToStorage(data, at), at).data).toEqual(data);
  });

  test('refuses what is cut short', () => {
    expect(() => make(key).transformFromStorage(new Uint8Array(5), at)).toThrow('the stored data was shorter than the required size');
  });
});

test.each([
  ['another key', newGCMTransformer(otherKey), at],
  ['another place', newGCMTransformer(key), '/registry/secrets/default/b'],
])('aesgcm reads nothing with %s', (_what, reader, place) => {
  const stored = newGCMTransformer(key).transformToStorage(bytes('hello'), at);
  expect(() => reader.transformFromStorage(stored, place)).toThrow('cipher: message authentication failed');
});

test('secretbox refuses what was changed', () => {
  const stored = newSecretboxTransformer(key).transformToStorage(bytes('hello'), at);
  stored[stored.length - 1]! ^= 1;
  expect(() => newSecretboxTransformer(key).transformFromStorage(stored, at)).toThrow('output array was not large enough for encryption');
});

test.each([
  ['half a block', new Uint8Array(24), 'the stored data is not a multiple of the block size'],
  ['nothing but the vector', new Uint8Array(16), 'invalid PKCS7 data (empty or not padded)'],
  ['a padding of nothing', encrypted(new Uint8Array(16)), 'invalid PKCS7 data (empty or not padded)'],
  ['a padding that is not even', encrypted(new Uint8Array([...new Uint8Array(14), 1, 2])), 'invalid padding on input'],
])('aescbc refuses %s', (_what, stored, why) => {
  expect(() => newCBCTransformer(key).transformFromStorage(stored, at)).toThrow(why);
});

test('what other implementations encrypt is read', () => {
  const iv = new Uint8Array(16).fill(3);
  const cbc = createCipheriv('aes-256-cbc', key, iv);
  expect(text(newCBCTransformer(key).transformFromStorage(concat([iv, cbc.update('hello'), cbc.final()]), at).data)).toBe('hello');
  const nonce = new Uint8Array(12).fill(3);
  const gcm = createCipheriv('aes-256-gcm', key, nonce).setAAD(bytes(at));
  const sealed = concat([nonce, gcm.update('hello'), gcm.final(), gcm.getAuthTag()]);
  expect(text(newGCMTransformer(key).transformFromStorage(sealed, at).data)).toBe('hello');
});

describe('prefixes', () => {
  const old = { prefix: 'k8s:enc:aesgcm:v1:', transformer: newGCMTransformer(otherKey) };
  const current = { prefix: 'k8s:enc:aesgcm:v1:', transformer: newGCMTransformer(key) };
  const plain = { prefix: '', transformer: identityTransformer };

  test('the first writes, all read, and what the first has not written is stale', () => {
    const before = newPrefixTransformers([old, plain]).transformToStorage(bytes('hello'), at);
    expect(text(before)).toMatch(/^k8s:enc:aesgcm:v1:/);
    const rotated = newPrefixTransformers([current, old, plain]);
    expect(rotated.transformFromStorage(before, at)).toEqual({ data: bytes('hello'), stale: true });
    expect(rotated.transformFromStorage(bytes('{}'), at)).toEqual({ data: bytes('{}'), stale: true });
    expect(rotated.transformFromStorage(rotated.transformToStorage(bytes('hello'), at), at)).toEqual({ data: bytes('hello'), stale: false });
  });

  test('away from encryption: identity writes, and leaves what is encrypted to those behind it', () => {
    const away = newPrefixTransformers([plain, current]);
    expect(away.transformToStorage(bytes('{}'), at)).toEqual(bytes('{}'));
    expect(away.transformFromStorage(newPrefixTransformers([current]).transformToStorage(bytes('{}'), at), at)).toEqual({ data: bytes('{}'), stale: true });
  });

  test('what nobody can read is an error that says why', () => {
    const stored = newPrefixTransformers([old]).transformToStorage(bytes('hello'), at);
    expect(() => newPrefixTransformers([current], 'no matching prefix found').transformFromStorage(stored, at)).toThrow('cipher: message authentication failed');
    expect(() => newPrefixTransformers([current], 'no matching prefix found').transformFromStorage(bytes('{}'), at)).toThrow('no matching prefix found');
    expect(() => identityTransformer.transformFromStorage(stored, at)).toThrow('identity transformer tried to read encrypted data');
  });
});

function encrypted(block: Uint8Array): Uint8Array {
  const iv = new Uint8Array(16);
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return concat([iv, cipher.update(block), cipher.final()]);
}
