/** The checker of the soak finds what it is there for: each case is one lie in a history that is otherwise true. */
import { expect, test } from 'vitest';
import { check, checkObserver } from './check.ts';
import { markOf } from './history.ts';
import type { Write } from './history.ts';
import type { Seen } from './observer.ts';
import type { Operation, Outcome } from './writers.ts';

const key = 'default/a';
const uid = 'uid-1';
const put = (revision: number, operation: number): Write => ({ revision, key, type: 'put', mark: markOf(operation), uid });
const gone = (revision: number): Write => ({ revision, key, type: 'delete', uid });
const ok = (revision?: number): Outcome => ({ type: 'ok', uid, ...(revision !== undefined && { revision }) });
const refused = (why: 'conflict' | 'exists' | 'missing'): Outcome => ({ type: 'refused', why });

/** One after the other, each answered before the next is asked. */
function inTurn(...operations: Pick<Operation, 'verb' | 'outcome' | 'precondition'>[]): Operation[] {
  return operations.map((operation, id) => ({ key, ...operation, id, invoked: 2 * id, returned: 2 * id + 1 }));
}

const history = [put(2, 0), put(3, 1), gone(4)];
const told = (): Operation[] => inTurn({ verb: 'create', outcome: ok(2) }, { verb: 'update', outcome: ok(3), precondition: 2 }, { verb: 'delete', outcome: ok() }, { verb: 'get', outcome: refused('missing') });

test('what was told and happened so is right, whatever came of what nobody answered', () => {
  expect(check(history, told())).toEqual([]);
  expect(check(history, told().map((operation) => ({ ...operation, outcome: { type: 'unknown' } })))).toEqual([]);
});

test.each<[string, Write[], Operation[], string]>([
  ['a lost write', [put(2, 0)], told(), 'update 1 of default/a was acknowledged and is lost'],
  ['a lost delete', [put(2, 0), put(3, 1)], told(), 'delete 2 of default/a was acknowledged and is lost'],
  ['a write made twice', [put(2, 0), put(3, 1), put(4, 1)], told().slice(0, 2), 'written twice by operation 1'],
  ['a write that nobody made', [...history, put(5, 9)], told(), 'was written at 5, and nobody has asked for it'],
  ['a delete that nobody made', [put(2, 0), gone(3)], told().slice(0, 1), 'was deleted at 3, and nobody has asked for it'],
  ['another revision than was told', history, inTurn({ verb: 'create', outcome: ok(7) }, ...told().slice(1)), 'was told 7 and happened at 2'],
  ['a refused write that happened', [put(2, 0)], inTurn({ verb: 'create', outcome: refused('exists') }), 'was refused (exists) and happened at 2'],
  ['a create over an object', [put(2, 0), put(3, 1)], inTurn({ verb: 'create', outcome: ok(2) }, { verb: 'create', outcome: ok(3) }), 'create 1 of default/a at 3 met an object'],
  ['an update of nothing', [put(2, 0)], inTurn({ verb: 'update', outcome: ok(2) }), 'update 0 of default/a at 2 met no object'],
  ['a lost update', [put(2, 0), put(3, 1), put(4, 2)], inTurn({ verb: 'create', outcome: ok(2) }, { verb: 'update', outcome: ok(3), precondition: 2 }, { verb: 'update', outcome: ok(4), precondition: 2 }), 'was to meet 2 and met 3'],
  ['a stale read', history, [...told(), { id: 4, verb: 'get', key, invoked: 8, returned: 9, outcome: ok(2) }], 'get 4 of default/a read 2, which was not so between 4 and Infinity'],
  ['a write before its question', [put(2, 1), put(3, 0)], inTurn({ verb: 'update', outcome: ok(3) }, { verb: 'create', outcome: ok(2) }), 'happened at 2, before 3'],
  ['a conflict without reason', [put(2, 0)], inTurn({ verb: 'create', outcome: ok(2) }, { verb: 'update', outcome: refused('conflict'), precondition: 2 }), 'was refused (conflict), which was not so'],
  ['a missing object that is there', [put(2, 0)], inTurn({ verb: 'create', outcome: ok(2) }, { verb: 'get', outcome: refused('missing') }), 'was refused (missing), which was not so'],
])('%s is found', (_what, happened, operations, why) => {
  expect(check(happened, operations).join('\n')).toContain(why);
});

const listed = (revision: number, ...versions: [string, number][]): Seen => ({ type: 'list', revision, versions: new Map(versions) });
const event = (type: 'ADDED' | 'MODIFIED' | 'DELETED', revision: number): Seen => ({ type, revision, key });

test.each<[string, Seen[]]>([
  ['all of it', [listed(1), event('ADDED', 2), event('MODIFIED', 3), event('DELETED', 4)]],
  ['a list anew in the middle', [listed(1), event('ADDED', 2), listed(3, [key, 3]), event('DELETED', 4)]],
])('an observer who saw %s is right', (_what, seen) => {
  expect(checkObserver(history, seen)).toEqual([]);
});

test.each<[string, Seen[], string]>([
  ['missed a change', [listed(1), event('ADDED', 2), event('DELETED', 4)], 'saw DELETED default/a at 4 where MODIFIED default/a at 3 came next'],
  ['saw one twice', [listed(1), event('ADDED', 2), event('ADDED', 2), event('MODIFIED', 3), event('DELETED', 4)], 'saw ADDED default/a at 2 where MODIFIED'],
  ['saw one that never was', [listed(4), event('ADDED', 5)], 'where nothing came next'],
  ['saw one as another', [listed(1), event('MODIFIED', 2), event('MODIFIED', 3), event('DELETED', 4)], 'saw MODIFIED default/a at 2 where ADDED'],
  ['stopped early', [listed(1), event('ADDED', 2)], '2 changes are missing'],
  ['listed what was not so', [listed(3), event('DELETED', 4)], 'the list at 3 is not what there was'],
  ['went back', [listed(3, [key, 3]), listed(2, [key, 2]), event('DELETED', 4)], 'listed 2 after 3'],
])('an observer who %s is found', (_what, seen, why) => {
  expect(checkObserver(history, seen).join('\n')).toContain(why);
});
