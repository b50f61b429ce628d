import { expect, test } from 'vitest';
import { checkInformer } from './check-informer.ts';
import { checkObserver } from './check-observer.ts';
import { markOf } from './history.ts';
import type { Told } from './informer.ts';
import type { Seen } from './observer.ts';
import { history, key } from './testing.ts';

const listed = (revision: number, ...versions: [string, number][]): Seen => ({ type: 'list', revision, versions: new Map(versions) });
const bookmark = (revision: number): Seen => ({ type: 'bookmark', revision });
const event = (type: 'ADDED' | 'MODIFIED' | 'DELETED', revision: number, mark = revision === 2 ? 0 : 1): Seen => ({ type, revision, key, mark: markOf(mark) });
const [added, modified, deleted] = [event('ADDED', 2), event('MODIFIED', 3), event('DELETED', 4)];

test.each<[string, Seen[]]>([
  ['all of it', [listed(1), added, modified, deleted]],
  ['a list anew in the middle', [listed(1), added, listed(3, [key, 3]), deleted]],
  ['how far it is', [listed(1), bookmark(1), added, bookmark(2), modified, deleted, bookmark(9)]],
])('an observer who saw %s is right', (_what, seen) => {
  expect(checkObserver(history, seen)).toEqual([]);
});

test.each<[string, Seen[], string]>([
  ['missed a change', [listed(1), added, deleted], 'saw DELETED default/a at 4 where MODIFIED default/a at 3 came next'],
  ['missed a change before a list', [listed(1), modified, listed(4)], 'saw MODIFIED default/a at 3 where ADDED default/a at 2 came next'],
  ['saw one twice', [listed(1), added, added, modified, deleted], 'saw ADDED default/a at 2 where MODIFIED'],
  ['saw one again after a list', [listed(2, [key, 2]), added, modified, deleted], 'saw ADDED default/a at 2 where MODIFIED'],
  ['saw two the wrong way round', [listed(1), modified, added, deleted], 'saw ADDED of 2 after 3'],
  ['saw one that never was', [listed(4), event('ADDED', 5)], 'where nothing came next'],
  ['saw one as another', [listed(1), event('MODIFIED', 2), modified, deleted], 'saw MODIFIED default/a at 2 where ADDED'],
  ['saw the content of another', [listed(1), added, event('MODIFIED', 3, 0), deleted], 'saw MODIFIED default/a at 3 with what was not written then'],
  ['stopped early', [listed(1), added], '2 changes are missing'],
  ['listed what was not so', [listed(3), deleted], 'the list at 3 is not what there was'],
  ['went back', [listed(3, [key, 3]), listed(2, [key, 2]), deleted], 'saw list of 2 after 3'],
  ['was told too early that it was further', [listed(1), bookmark(2), modified, deleted], 'saw a bookmark of 2 before default/a at 2'],
  ['was told that it was further back', [listed(1), added, modified, bookmark(2), deleted], 'saw bookmark of 2 after 3'],
])('an observer who %s is found', (_what, seen, why) => {
  expect(checkObserver(history, seen).join('\n')).toContain(why);
});

const add: Told = { type: 'add', key, revision: 2 };
const update: Told = { type: 'update', key, old: 2, revision: 3 };
const remove: Told = { type: 'delete', key, revision: 4, late: false };
const all = [listed(1), added, modified, bookmark(3), deleted];
const now = history.slice(0, 2);
const store = new Map([[key, 3]]);

test.each<[string, Seen[], Told[]]>([
  ['each event', all, [add, update, remove]],
  ['one step for what a list brings', [listed(1), added, listed(3, [key, 3]), listed(3, [key, 3]), deleted], [add, update, remove]],
  ['late what a list shows to be gone', [listed(1), added, listed(4)], [add, { type: 'delete', key, revision: 2, late: true }]],
])('an informer that tells %s is right', (_what, seen, told) => {
  expect(checkInformer(history, seen, told, new Map())).toEqual([]);
});

test('what a list brings may be told in any order', () => {
  const seen = [listed(3, ['default/a', 2], ['default/b', 3])];
  const adds: Told[] = [add, { type: 'add', key: 'default/b', revision: 3 }];
  const happened = [history[0]!, { ...history[1]!, key: 'default/b' }];
  const held = new Map([['default/a', 2], ['default/b', 3]]);
  expect(checkInformer(happened, seen, adds, held)).toEqual([]);
  expect(checkInformer(happened, seen, adds.toReversed(), held)).toEqual([]);
});

test.each<[string, Told[], string]>([
  ['drops one', [add, remove], 'was told delete default/a at 4 where update default/a at 3 after 2 came next'],
  ['drops the last', [add, update], 'was told nothing where delete default/a at 4 came next'],
  ['tells one twice', [add, update, update, remove], 'was told update default/a at 3 after 2 where delete default/a at 4 came next'],
  ['tells the last twice', [add, update, remove, remove], 'was told delete default/a at 4 where nothing came next'],
  ['tells two the wrong way round', [update, add, remove], 'was told update default/a at 3 after 2 where add default/a at 2 came next'],
  ['tells of another version', [add, { ...update, old: 1 }, remove], 'was told update default/a at 3 after 1 where'],
  ['knows only late what it has been told', [add, update, { ...remove, late: true }], 'found out late where delete default/a at 4 came next'],
])('an informer that %s is found', (_what, told, why) => {
  expect(checkInformer(history, all, told, new Map()).join('\n')).toContain(why);
});

test.each<[string, Map<string, number>]>([
  ['that is behind', new Map([[key, 2]])],
  ['that has lost one', new Map()],
  ['that holds more', new Map([...store, ['default/b', 1]])],
])('a store %s is found', (_what, held) => {
  const seen = all.slice(0, 3);
  expect(checkInformer(now, seen, [add, update], store)).toEqual([]);
  expect(checkInformer(now, seen, [add, update], held).join('\n')).toContain('its store is not what there is');
});
