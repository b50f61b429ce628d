import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { ObjectMap } from './object-map.ts';

const named = (name: unknown) => ({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name } }) as KubeObject;

test.each([undefined, '', 7, { a: 1 }])('keeps nothing under the name %j', (name) => {
  const objects = new ObjectMap({ group: '', resource: 'configmaps' });
  expect(() => objects.create('default', named(name))).toThrow('metadata.name is required');
  expect(objects.list('')).toEqual([]);
});

test('tells of every change until it is asked to stop', () => {
  const objects = new ObjectMap({ group: '', resource: 'configmaps' });
  const seen: string[] = [];
  const stop = objects.onChange(({ type }) => seen.push(type));
  objects.create('default', named('a'));
  objects.delete('default', 'a');
  stop();
  objects.create('default', named('b'));
  expect(seen).toEqual(['ADDED', 'DELETED']);
});
