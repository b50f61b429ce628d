import { describe, expect, test } from 'vitest';
import { newLister } from './lister.ts';
import { metaNamespaceIndexFunc, metaNamespaceKeyFunc, newIndexer, splitMetaNamespaceKey } from './store.ts';
import { labelSelectorFromSet } from '../apimachinery/labels.ts';

const obj = (name: string, namespace: string, color = '') => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name, namespace, labels: { color } } });
const newThings = () => newIndexer(metaNamespaceKeyFunc, { namespace: metaNamespaceIndexFunc, color: ({ metadata }) => (metadata.labels?.color ? [metadata.labels.color] : []) });
const names = (objects: { metadata: { name?: string } }[]) => objects.map(({ metadata }) => metadata.name).sort();

describe('a store with indexes', () => {
  test.each([
    ['an object that is added', () => undefined, ['a', 'b']],
    ['one that changes its value', (things: ReturnType<typeof newThings>) => things.update(obj('a', 'n', 'blue')), ['b']],
    ['one that loses it', (things: ReturnType<typeof newThings>) => things.update(obj('a', 'n')), ['b']],
    ['one that is deleted', (things: ReturnType<typeof newThings>) => things.delete(obj('b', 'n')), ['a']],
    ['one that is deleted twice', (things: ReturnType<typeof newThings>) => [things.delete(obj('b', 'n')), things.delete(obj('b', 'n'))], ['a']],
    ['others in place of all', (things: ReturnType<typeof newThings>) => things.replace([obj('z', 'n', 'red')], '1'), ['z']],
  ])('finds by value after %s', (_what, change, expected) => {
    const things = newThings();
    things.add(obj('a', 'n', 'red'));
    things.add(obj('b', 'n', 'red'));
    things.add(obj('c', 'm', 'blue'));
    change(things);
    expect(names(things.byIndex('color', 'red'))).toEqual(expected);
    expect(things.indexKeys('color', 'red').sort()).toEqual(expected.map((name) => `n/${name}`));
  });

  test('forgets values that nothing has', () => {
    const things = newThings();
    things.add(obj('a', 'n', 'red'));
    expect(things.listIndexFuncValues('color')).toEqual(['red']);
    things.delete(obj('a', 'n', 'red'));
    expect(things.listIndexFuncValues('color')).toEqual([]);
  });

  test('finds what shares a value with an object', () => {
    const things = newThings();
    things.replace([obj('a', 'n', 'red'), obj('b', 'm', 'red'), obj('c', 'n')], '1');
    expect(names(things.index('color', obj('x', 'x', 'red')))).toEqual(['a', 'b']);
  });

  test('may be given an index when it holds objects', () => {
    const things = newThings();
    things.add(obj('a', 'n', 'red'));
    things.addIndexers({ first: ({ metadata }) => [metadata.name?.[0] ?? ''] });
    expect(names(things.byIndex('first', 'a'))).toEqual(['a']);
    expect(() => things.addIndexers({ first: () => [] })).toThrow('indexer conflict');
    expect(() => things.byIndex('none', '')).toThrow('Index with name none does not exist');
  });
});

test.each([
  ['a', { namespace: '', name: 'a' }],
  ['n/a', { namespace: 'n', name: 'a' }],
])('the key %s is split into its parts', (key, parts) => expect(splitMetaNamespaceKey(key)).toEqual(parts));

test('a lister answers as a server would', () => {
  const things = newThings();
  things.replace([obj('a', 'n', 'red'), obj('b', 'n', 'blue'), obj('a', 'm', 'red')], '1');
  const lister = newLister(things, { group: 'g', resource: 'things' });
  expect(lister.list(labelSelectorFromSet({ color: 'red' }))).toHaveLength(2);
  expect(names(lister.namespace('n').list())).toEqual(['a', 'b']);
  expect(lister.namespace('m').get('a')).toBe(things.getByKey('m/a'));
  expect(() => lister.namespace('m').get('b')).toThrow('things.g "b" not found');
  expect(lister.namespace('m').find('b')).toBeUndefined();
});
