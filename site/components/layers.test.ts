import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { layer, layerOf, layers } from './layers.ts';

test.each([
  ['server/filters/with-audit.ts', 'filters'],
  ['server/authentication/anonymous.ts', 'filters'],
  ['server/storage/etcd/store.ts', 'storage'],
  ['server/storage/etcd/embedded/embedded.ts', 'etcd'],
  ['server/storage/cacher/cacher.ts', 'cacher'],
  ['server/registry/store.ts', 'registry'],
  ['site/build/main.ts', undefined],
])('%s belongs to %s', (file, id) => {
  expect(layerOf(file)?.id).toBe(id);
});

test('marks and names are each layer’s own', () => {
  expect(new Set(layers.map(({ mark }) => mark)).size).toBe(layers.length);
  expect(new Set(layers.map(({ name }) => name)).size).toBe(layers.length);
});

test('an unknown layer is refused', () => {
  expect(() => layer('heart')).toThrow('unknown layer "heart"');
});

test('the path through the server leads through folders that exist', () => {
  for (const folder of ['server/http/', 'server/filters/', 'server/mux/', 'server/endpoints/', 'server/registry/', 'server/storage/']) expect(existsSync(folder)).toBe(true);
});
