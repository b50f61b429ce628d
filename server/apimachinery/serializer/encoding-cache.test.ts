import { expect, test } from 'vitest';
import type { KubeObject } from '../types.ts';
import { EncodingCache } from './encoding-cache.ts';
import type { Serializer } from './interfaces.ts';

function counting(identifier: string): Serializer & { made: string[] } {
  const made: string[] = [];
  const bytes = new TextEncoder();
  return {
    made,
    identifier,
    mediaType: identifier,
    encode: (obj) => (made.push(obj.kind), bytes.encode(`${identifier} ${obj.kind}`)),
    decode: () => {
      throw new Error('nothing is decoded here');
    },
    encodeWatchEvent: (type, object) => (made.push(type), bytes.encode(`${type} ${new TextDecoder().decode(object)}`)),
  };
}

const pod = (): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: {} });

test('a remembered object is encoded once by each serializer', () => {
  const cache = new EncodingCache();
  const obj = pod();
  cache.remember(obj);
  const serializers = [counting('json'), counting('yaml')];
  for (const serializer of [...serializers, ...serializers]) cache.encode(serializer, obj);
  expect(serializers.map(({ made }) => made)).toEqual([['Pod'], ['Pod']]);
  expect(new TextDecoder().decode(cache.encode(serializers[1]!, obj))).toBe('yaml Pod');
});

test('an object that nobody remembers is encoded each time', () => {
  const cache = new EncodingCache();
  const json = counting('json');
  const object = pod();
  for (let i = 0; i < 2; i++) cache.encode(json, object);
  const event = { type: 'ADDED' as const, object };
  for (let i = 0; i < 2; i++) cache.encodeEvent(json, event);
  expect(json.made).toEqual(['Pod', 'Pod', 'Pod', 'ADDED', 'Pod', 'ADDED']);
});

test('the watchers of an event share its frame, and its object\'s bytes with everybody', () => {
  const cache = new EncodingCache();
  const json = counting('json');
  const object = pod();
  cache.remember(object);
  const event = { type: 'ADDED' as const, object };
  const frame = cache.encodeEvent(json, event);
  expect(cache.encodeEvent(json, event)).toBe(frame);
  expect(new TextDecoder().decode(frame)).toBe('ADDED json Pod');
  cache.encodeEvent(json, { type: 'MODIFIED', object });
  expect(json.made).toEqual(['Pod', 'ADDED', 'MODIFIED']);
});
