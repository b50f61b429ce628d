import { expect, test } from 'vitest';
import type { Schema } from '../../schema.ts';
import { toFieldsV1 } from '../fieldpath/serialize.ts';
import { newSet } from '../fieldpath/set.ts';
import { compare } from './compare.ts';
import { merge } from './merge.ts';
import { newParser } from './parser.ts';
import { removeItems } from './remove.ts';
import { toFieldSet } from './to-field-set.ts';
import { validate } from './validate.ts';

const string: Schema = { type: 'string' };
const item: Schema = { type: 'object', properties: { name: string, value: string, port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' } } };
const schemas: Record<string, Schema> = {
  Thing: {
    type: 'object',
    properties: {
      items: { type: 'array', items: { $ref: 'Item' }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
      ports: { type: 'array', items: { $ref: 'Item' }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['port', 'protocol'] },
      patched: { type: 'array', items: { $ref: 'Item' }, 'x-kubernetes-patch-strategy': 'merge,retainKeys', 'x-kubernetes-patch-merge-key': 'name' },
      set: { type: 'array', items: string, 'x-kubernetes-list-type': 'set' },
      list: { type: 'array', items: string },
      labels: { type: 'object', additionalProperties: string },
      selector: { allOf: [{ $ref: 'Item' }], 'x-kubernetes-map-type': 'atomic' },
      count: { type: 'integer' },
      on: { type: 'boolean' },
      either: { format: 'int-or-string', oneOf: [{ type: 'integer' }, string] },
      any: {},
      raw: { $ref: 'io.k8s.apimachinery.pkg.runtime.RawExtension' },
      nested: { $ref: 'Thing' },
    },
  },
  Item: item,
};
const thing = newParser(schemas)('Thing');
const fields = (value: unknown) => toFieldsV1(toFieldSet(value, thing));

test.each<[string, unknown, unknown]>([
  ['a field of a struct', { count: 1, nested: { on: true } }, { 'f:count': {}, 'f:nested': { 'f:on': {} } }],
  ['entries of a map', { labels: { a: 'b' } }, { 'f:labels': { 'f:a': {} } }],
  ['a list as one', { list: ['a'] }, { 'f:list': {} }],
  ['a struct as one', { selector: { name: 'a' } }, { 'f:selector': {} }],
  ['items of a set', { set: ['b', 'a'] }, { 'f:set': { 'v:"a"': {}, 'v:"b"': {} } }],
  ['items by key', { items: [{ name: 'a', value: 'x' }] }, { 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:value': {} } } }],
  ['a key that has a default', { ports: [{ port: 80 }] }, { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } } }],
  ['items by the patch merge key', { patched: [{ name: 'a' }] }, { 'f:patched': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } }],
  ['what is empty', { labels: {}, list: null, nested: {} }, { 'f:labels': {}, 'f:list': {}, 'f:nested': {} }],
  ['free form by its entries', { any: { a: { b: 1 } } }, { 'f:any': { 'f:a': { '.': {}, 'f:b': {} } } }],
  ['raw data as one', { raw: { a: { b: 1 } } }, { 'f:raw': {} }],
])('an applied configuration claims %s', (_, value, expected) => {
  expect(fields(value)).toEqual(expected);
});

test.each<[string, string[], string[], string[]]>([
  ['appends what is new', ['a', 'b'], ['c'], ['a', 'b', 'c']],
  ['takes the applied order', ['a', 'b', 'c'], ['c', 'a'], ['b', 'c', 'a']],
  ['keeps what is only live in its place', ['a', 'x', 'b'], ['a', 'b'], ['a', 'x', 'b']],
  ['puts what is new where it is applied', ['a', 'b'], ['a', 'n', 'b'], ['a', 'n', 'b']],
  ['puts what is new in front', ['app'], ['side', 'app'], ['side', 'app']],
  ['drops duplicates that are applied once', ['a', 'a', 'b'], ['a'], ['a', 'b']],
])('merging lists %s', (_, live, applied, expected) => {
  expect(merge({ set: live }, { set: applied }, thing)).toEqual({ set: expected });
});

test('merging keeps what is not said and takes what is', () => {
  const live = { count: 1, on: true, items: [{ name: 'a', value: 'x', port: 1 }], selector: { name: 'a', value: 'b' } };
  const applied = { count: 2, items: [{ name: 'a', value: 'y' }], selector: { name: 'c' } };
  expect(merge(live, applied, thing)).toEqual({ count: 2, on: true, items: [{ name: 'a', value: 'y', port: 1 }], selector: { name: 'c' } });
});

test('names that every JavaScript object knows are names like any other', () => {
  const [before, after] = [{ labels: { a: '1', valueOf: '1' } }, { labels: { a: '1', constructor: '1' } }];
  const { removed, added } = compare(before, after, thing);
  expect([removed, added].map(toFieldsV1)).toEqual([{ 'f:labels': { 'f:valueOf': {} } }, { 'f:labels': { 'f:constructor': {} } }]);
  expect(merge(before, after, thing)).toEqual({ labels: { a: '1', valueOf: '1', constructor: '1' } });
});

test('a merge shares nothing with what went in', () => {
  const live = { selector: { name: 'a' } };
  const merged = merge(live, { list: ['a'] }, thing);
  (merged as typeof live).selector.name = 'b';
  expect(live).toEqual({ selector: { name: 'a' } });
});

test.each<[string, unknown, unknown, { removed?: unknown; modified?: unknown; added?: unknown }]>([
  ['nothing', { count: 1, list: ['a'] }, { list: ['a'], count: 1 }, {}],
  ['a leaf', { count: 1 }, { count: 2 }, { modified: { 'f:count': {} } }],
  ['a list as one', { list: ['a'] }, { list: ['a', 'b'] }, { modified: { 'f:list': {} } }],
  ['a whole struct that comes', {}, { nested: { on: true } }, { added: { 'f:nested': { '.': {}, 'f:on': {} } } }],
  ['entries of a map', { labels: { a: '1', b: '1' } }, { labels: { b: '2', c: '1' } }, { removed: { 'f:labels': { 'f:a': {} } }, modified: { 'f:labels': { 'f:b': {} } }, added: { 'f:labels': { 'f:c': {} } } }],
  ['items', { set: ['a', 'b'] }, { set: ['b', 'c'] }, { removed: { 'f:set': { 'v:"a"': {} } }, added: { 'f:set': { 'v:"c"': {} } } }],
  ['null turned empty', { labels: null }, { labels: {} }, { modified: { 'f:labels': {} } }],
  ['a list from null', { set: null }, { set: ['a'] }, { added: { 'f:set': { 'v:"a"': {} } } }],
  ['an item that gets a duplicate', { items: [{ name: 'a' }] }, { items: [{ name: 'a' }, { name: 'a' }] }, { removed: { 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } }, added: { 'f:items': { 'k:{"name":"a"}': {} } } }],
  ['free form from a map to a scalar', { any: { a: 1 } }, { any: 1 }, { removed: { 'f:any': { 'f:a': {} } }, modified: { 'f:any': {} } }],
])('comparison finds %s', (_, before, after, expected) => {
  const { removed, modified, added } = compare(before, after, thing);
  expect({ removed: toFieldsV1(removed), modified: toFieldsV1(modified), added: toFieldsV1(added) }).toEqual({ removed: {}, modified: {}, added: {}, ...expected });
});

test('removal leaves empty what it empties', () => {
  const set = newSet(['f:items', 'k:{"name":"a"}'], ['f:labels', 'f:a'], ['f:count']);
  expect(removeItems({ items: [{ name: 'a' }], labels: { a: 'b' }, count: 1, on: true }, set, thing)).toEqual({ items: [], labels: {}, on: true });
});

test.each<[unknown, string]>([
  [{ other: 1 }, '.other: field not declared in schema'],
  [{ nested: { labels: { a: 1 } } }, '.nested.labels.a: expected string, got &value.valueUnstructured{Value:1}'],
  [{ count: '1' }, '.count: expected numeric (int or float), got string'],
  [{ on: ['a'] }, '.on: expected boolean, got &{[a]}'],
  [{ labels: [] }, '.labels: expected map, got &{[]}'],
  [{ list: { b: 1, a: null } }, '.list: expected list, got &{map[a:<nil> b:1]}'],
  [{ items: [{ name: 'a', value: 'x' }, { name: 'a' }] }, '.items: duplicate entries for key [name="a"]'],
  [{ items: [{}] }, `.items: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn't have default values for any key fields)`],
  [{ items: ['a'] }, '.items: element 0: associative list with keys may not have non-map elements'],
  [{ set: ['a', null] }, ".set: element 1: associative list without keys has an element that's an explicit null"],
  [{ items: [{ name: 'a', port: 'x' }] }, '.items[name="a"].port: expected numeric (int or float), got string'],
  [{ count: {}, list: [1, 'a'] }, 'errors:\n  .count: expected numeric (int or float), got map[string]interface {}\n  .list[0]: expected string, got &value.valueUnstructured{Value:1}'],
])('refuses %j', (value, message) => {
  expect(() => validate(value, thing)).toThrow(new Error(message));
});

test('accepts what may be either, and null anywhere', () => {
  expect(() => validate({ either: 1, any: [1], nested: { either: 'a', any: null }, set: null, raw: { x: [] } }, thing)).not.toThrow();
});
