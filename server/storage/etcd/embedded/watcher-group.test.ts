import { expect, test } from 'vitest';
import { prefixRangeEnd } from '../client.ts';
import { MvccStore } from './mvcc-store.ts';
import { WatcherGroup } from './watcher-group.ts';
import { Watcher } from './watcher.ts';

const ranges: Record<string, { key: string; rangeEnd?: string }> = {
  'all pods': { key: '/pods/', rangeEnd: prefixRangeEnd('/pods/') },
  'pods of one namespace': { key: '/pods/ns/', rangeEnd: prefixRangeEnd('/pods/ns/') },
  'one pod': { key: '/pods/ns/a' },
  'pods from a to c': { key: '/pods/ns/a', rangeEnd: '/pods/ns/c' },
  'from pods on': { key: '/pods/', rangeEnd: '\0' },
};

function groupOf(names: string[]): { group: WatcherGroup; watchers: Map<Watcher, string> } {
  const watchers = new Map(
    names.map((name) => [new Watcher(new MvccStore(), ranges[name] ?? { key: name }, () => undefined), name]),
  );
  const group = new WatcherGroup();
  for (const watcher of watchers.keys()) group.add(watcher);
  return { group, watchers };
}

test.each([
  { key: '/pods/ns/a', watched: ['all pods', 'from pods on', 'one pod', 'pods from a to c', 'pods of one namespace'] },
  { key: '/pods/ns/b', watched: ['all pods', 'from pods on', 'pods from a to c', 'pods of one namespace'] },
  { key: '/pods/other/a', watched: ['all pods', 'from pods on'] },
  { key: '/services/ns/a', watched: ['from pods on'] },
  { key: '/pods/', watched: ['all pods', 'from pods on'] },
  { key: '/pods', watched: [] },
])('$key is seen by $watched', ({ key, watched }) => {
  const { group, watchers } = groupOf(Object.keys(ranges));
  expect([...group.matching(key)].map((watcher) => watchers.get(watcher)).sort()).toEqual(watched);
});

test('a watcher that was taken out sees nothing; another of the same prefix still does', () => {
  const { group, watchers } = groupOf(['all pods', 'all pods', 'pods of one namespace']);
  const [first, second, third] = watchers.keys();
  group.delete(first!);
  group.delete(third!);
  expect([...group.matching('/pods/ns/a')]).toEqual([second]);
  group.delete(second!);
  expect([...group]).toEqual([]);
});
