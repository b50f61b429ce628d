/** The checker of the soak finds what it is there for: each case is one lie in a history that is otherwise true. */
import { expect, test } from 'vitest';
import { check } from './check.ts';
import { markOf } from './history.ts';
import type { Write } from './history.ts';
import type { Operation } from './journal.ts';
import { gone, history, inTurn, key, listed, ok, put, refused, told, uid, unknown } from './testing.ts';

const created = { verb: 'create', outcome: ok(2) } as const;
const mark = markOf(0);

test('what was told and happened so is right, whatever came of what nobody answered', () => {
  expect(check(history, told())).toEqual([]);
  expect(check(history, told().map((operation) => ({ ...operation, outcome: unknown })))).toEqual([]);
  expect(check([put(2, 0)], told().map((operation, n) => (n === 0 ? operation : { ...operation, outcome: unknown })))).toEqual([]);
});

test.each<[string, Operation[]]>([
  ['the newest', inTurn(created, { verb: 'get', outcome: ok(2, { mark }) }, { verb: 'list', key: 'default', outcome: listed(2, [2, 2], [key, 2]) })],
  ['an old version by one who may be told one', inTurn(...told(), { verb: 'get', outcome: ok(2, { mark }), version: { notOlderThan: 0 } }, { verb: 'list', outcome: listed(3, [3], [key, 3]), version: { notOlderThan: 2 } })],
  ['the version asked for', inTurn(...told(), { verb: 'list', outcome: listed(3, [3], [key, 3]), version: { exactly: 3 } })],
  ['what is being written meanwhile, or not yet', inTurn({ ...created, returned: 9 }, { verb: 'get', outcome: refused('missing') }, { verb: 'get', outcome: ok(2, { mark }) })],
])('a read of %s is right', (_what, operations) => {
  expect(check(operations.length > 4 ? history : [put(2, 0)], operations)).toEqual([]);
});

test.each<[string, Write[], Operation[], string]>([
  ['a lost write', [put(2, 0)], told(), 'update 1 of default/a was acknowledged and is lost'],
  ['a lost delete', [put(2, 0), put(3, 1)], told(), 'delete 2 of default/a was acknowledged and is lost'],
  ['a write made twice', [put(2, 0), put(3, 1), put(4, 1)], told().slice(0, 2), 'written twice by operation 1'],
  ['a write that nobody made', [...history, put(5, 9)], told(), 'was written at 5, and nobody has asked for it'],
  ['a write of another object', [put(2, 0, { key: 'default/b' })], inTurn({ verb: 'create', outcome: unknown }), 'default/b was written at 2, and nobody has asked for it'],
  ['another revision than was told', history, inTurn({ verb: 'create', outcome: ok(7) }, ...told().slice(1)), 'was told 7 and happened at 2'],
  ['a refused write that happened', [put(2, 0)], inTurn({ verb: 'create', outcome: refused('exists') }), 'was refused (exists) and happened at 2'],
  ['a create over an object', [put(2, 0), put(3, 1)], inTurn(created, { verb: 'create', outcome: ok(3) }), 'create 1 of default/a at 3 met an object'],
  ['an update of nothing', [put(2, 0)], inTurn({ verb: 'update', outcome: ok(2) }), 'update 0 of default/a at 2 met no object'],
  ['a uid given twice', [put(2, 0), gone(3, 0), put(4, 2)], inTurn(created, { verb: 'delete', outcome: ok() }, { verb: 'create', outcome: ok(4) }), 'create 2 of default/a at 4 has the uid of another object'],
  ['a uid that has changed', [put(2, 0), put(3, 1, { uid: 'uid-2' })], told().slice(0, 2), 'update 1 of default/a at 3 has changed its uid'],
  ['a lost update', [put(2, 0), put(3, 1), put(4, 2)], inTurn(created, { verb: 'update', outcome: ok(3), precondition: 2 }, { verb: 'update', outcome: ok(4), precondition: 2 }), 'was to meet 2 and met 3'],
  ['a write before its question', [put(2, 1), put(3, 0)], inTurn({ verb: 'update', outcome: ok(3) }, created), 'happened at 2, before 3'],
  ['a write after its answer', [put(2, 1), put(3, 0)], inTurn({ verb: 'create', outcome: ok(3) }, { verb: 'update', outcome: unknown }), 'create 0 of default/a happened at 3, after 2'],
  ['a conflict without reason', [put(2, 0)], inTurn(created, { verb: 'update', outcome: refused('conflict'), precondition: 2 }), 'was refused (conflict), which was not so'],
  ['a conflict of who had no wishes', [put(2, 0)], inTurn(created, { verb: 'update', outcome: refused('conflict') }), 'was refused (conflict), which was not so'],
  ['an object that exists and does not', [], inTurn({ verb: 'create', outcome: refused('exists') }), 'was refused (exists), which was not so'],
  ['a missing object that is there', [put(2, 0)], inTurn(created, { verb: 'get', outcome: refused('missing') }), 'was refused (missing), which was not so'],
  ['an answer that nobody deserves', [put(2, 0)], inTurn(created, { verb: 'delete', outcome: { type: 'unknown', status: 405 } }), 'delete 1 of default/a was answered with 405'],
])('%s is found', (_what, happened, operations, why) => {
  expect(check(happened, operations).join('\n')).toContain(why);
});

test.each<[string, Write[], Operation[], string]>([
  ['that nobody asked for', [put(2, 0), gone(3, 0)], told().slice(0, 1), 'was deleted at 3, and nobody has asked for it'],
  ['of what is not there', [gone(3, 0)], inTurn({ verb: 'delete', outcome: unknown }), 'was deleted at 3, and was not there'],
  ['that was refused', [put(2, 0), gone(3, 0)], inTurn(created, { verb: 'delete', outcome: refused('conflict'), precondition: 9 }), 'was deleted at 3, and nobody has asked for it'],
  ['that was asked for once and happened twice', [put(2, 0), gone(3, 0), put(4, 1, { uid: 'uid-2' }), gone(5, 1, { uid: 'uid-2' })], inTurn(created, { verb: 'create', outcome: ok(4, { uid: 'uid-2' }) }, { verb: 'delete', outcome: unknown, invoked: 0 }), 'was deleted at 5, and nobody has asked for it'],
  ['asked for later', [put(2, 0), gone(3, 0), put(4, 1, { uid: 'uid-2' })], inTurn(created, { verb: 'create', outcome: ok(4, { uid: 'uid-2' }) }, { verb: 'delete', outcome: unknown }), 'was deleted at 3, and nobody has asked for it'],
  ['of another version', [put(2, 0), put(3, 1), gone(4, 1)], inTurn(created, { verb: 'update', outcome: ok(3) }, { verb: 'delete', outcome: ok(), precondition: 2 }), 'was to meet 2 and met 3'],
  ['of another version, unanswered', [put(2, 0), put(3, 1), gone(4, 1)], inTurn(created, { verb: 'update', outcome: ok(3) }, { verb: 'delete', outcome: unknown, precondition: 2 }), 'was deleted at 4, and nobody has asked for it'],
  ['acknowledged twice', history, inTurn(...told(), { verb: 'delete', outcome: ok() }), `delete 4 of default/a was acknowledged, and delete 2 of the same object, too`],
  ['told as that of another object', [put(2, 0), gone(3, 0)], inTurn(created, { verb: 'delete', key: 'default/b', outcome: ok() }), 'delete 1 of default/b was told the uid of default/a'],
])('a delete %s is found', (_what, happened, operations, why) => {
  expect(check(happened, operations).join('\n')).toContain(why);
});

test.each<[string, Operation, string]>([
  ['an object that is gone', inTurn(...told(), { verb: 'get', outcome: ok(2, { mark }) })[4]!, 'get 4 of default/a read 2, which was not so between 4 and Infinity'],
  ['an older version than it may be', inTurn(...told(), { verb: 'get', outcome: ok(2, { mark }), version: { notOlderThan: 3 } })[4]!, 'get 4 of default/a read 2, which was not so between 3 and Infinity'],
  ['what was never so', inTurn(...told(), { verb: 'get', outcome: ok(9), version: { notOlderThan: 0 } })[4]!, 'read 9, which was not so'],
  ['the content of another version', inTurn(...told(), { verb: 'get', outcome: ok(2, { mark: markOf(1) }), version: { notOlderThan: 0 } })[4]!, 'get 4 of default/a read at 2 what was not written then'],
  ['another object', inTurn(...told(), { verb: 'get', outcome: ok(2, { mark, uid: `${uid}0` }), version: { notOlderThan: 0 } })[4]!, 'get 4 of default/a read at 2 what was not written then'],
  ['a list without an object', inTurn(...told(), { verb: 'list', outcome: listed(3, [3]), version: { notOlderThan: 0 } })[4]!, 'list 4 at 3 is not what there was'],
  ['a list with another version of an object', inTurn(...told(), { verb: 'list', outcome: listed(3, [3], [key, 2]), version: { notOlderThan: 0 } })[4]!, 'list 4 at 3 is not what there was'],
  ['a list that is old', inTurn(...told(), { verb: 'list', outcome: listed(3, [3], [key, 3]) })[4]!, 'list 4 is of 3, which is not from 4 on'],
  ['a list that is older than it may be', inTurn(...told(), { verb: 'list', outcome: listed(2, [2], [key, 2]), version: { notOlderThan: 3 } })[4]!, 'list 4 is of 2, which is not from 3 on'],
  ['a list from the future', inTurn(...told(), { verb: 'list', outcome: listed(3, [3], [key, 3]), version: { notOlderThan: 0 }, invoked: 0, returned: 1 })[4]!, 'list 4 is of 3, which is not from 0 on and before 3'],
  ['a list of another version than was asked for', inTurn(...told(), { verb: 'list', outcome: listed(3, [3], [key, 3]), version: { exactly: 2 } })[4]!, 'list 4 is of 3 and was to be of 2'],
  ['pages of two versions', inTurn(...told(), { verb: 'list', outcome: listed(4, [4, 5]) })[4]!, 'list 4 has pages of 4, 5'],
])('one who reads %s is found', (_what, operation, why) => {
  expect(check(history, [...told(), operation]).join('\n')).toContain(why);
});
