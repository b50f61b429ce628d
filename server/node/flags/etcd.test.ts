import { expect, test } from 'vitest';
import { parseFlags } from '../flags.ts';

test.each([
  [[], {}],
  [['--watch-cache-sizes=configmaps#0'], { configmaps: 0 }],
  [['--watch-cache-sizes=deployments.apps#0,pods#100', '--watch-cache-sizes=events#1'], { 'deployments.apps': 0, pods: 100, events: 1 }],
])('%j: sizes of caches are %j', (args, sizes) => {
  expect(parseFlags(args)['watch-cache-sizes']).toEqual(sizes);
});

test.each([
  ['configmaps', 'invalid value of watch cache size: configmaps'],
  ['configmaps#0#1', 'invalid value of watch cache size: configmaps#0#1'],
  ['configmaps#few', 'invalid size of watch cache size: configmaps#few'],
  ['configmaps#-1', 'watch cache size cannot be negative: configmaps#-1'],
])('%s is no size of a cache', (value, message) => {
  expect(() => parseFlags([`--watch-cache-sizes=${value}`])).toThrow(message);
});

test.each([
  [[], '/registry'],
  [['--etcd-prefix=elsewhere'], '/elsewhere'],
  [['--etcd-prefix=/elsewhere/'], '/elsewhere'],
  [['--etcd-prefix=//a/./b//'], '/a/b'],
  [['--etcd-prefix=/'], ''],
  [['--etcd-prefix='], ''],
])('%j: keys start with %j, and then a slash', (args, prefix) => {
  expect(parseFlags(args)['etcd-prefix']).toBe(prefix);
});
