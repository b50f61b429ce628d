/**
 * Whether what the clients were told fits what happened: each object a register that is created, updated and deleted,
 * each operation at one moment between its question and its answer, in the order of etcd's revisions. Answers a line for
 * each thing that does not fit.
 */
import { checkDeletes } from './check-deletes.ts';
import { checkLists } from './check-lists.ts';
import { markOf } from './history.ts';
import type { Write } from './history.ts';
import type { Operation } from './journal.ts';
import { leastRevisions, mostRevisions, periodsOf, revisionsOf } from './timeline.ts';
import type { Periods } from './timeline.ts';

export function check(history: readonly Write[], operations: readonly Operation[]): string[] {
  const revisions = revisionsOf(history, operations);
  const least = leastRevisions(operations, revisions);
  const most = mostRevisions(operations, revisions);
  return [
    ...checkAnswers(operations, revisions),
    ...checkHistory(history, operations),
    ...checkDeletes(history, operations, least),
    ...checkOrder(history, operations, { revisions, least, most, periods: periodsOf(history) }),
    ...checkLists(history, operations, least, most),
  ];
}

/** Refusals that a client deserves only for what these clients do not do. */
const isUndeserved = (status: number) => status >= 400 && status < 500 && status !== 410 && status !== 429;

function checkAnswers(operations: readonly Operation[], revisions: Map<Operation, number>): string[] {
  const wrong: string[] = [];
  for (const operation of operations) {
    const { id, verb, key, outcome } = operation;
    if (outcome.type === 'unknown' && isUndeserved(outcome.status ?? 0)) wrong.push(`${verb} ${id} of ${key} was answered with ${outcome.status}`);
    if (verb === 'get' || verb === 'list') continue;
    const revision = revisions.get(operation);
    if (outcome.type === 'ok' && revision === undefined) wrong.push(`${verb} ${id} of ${key} was acknowledged and is lost`);
    if (outcome.type === 'ok' && outcome.revision !== undefined && revision !== undefined && outcome.revision !== revision) wrong.push(`${verb} ${id} of ${key} was told ${outcome.revision} and happened at ${revision}`);
    if (outcome.type === 'refused' && revision !== undefined) wrong.push(`${verb} ${id} of ${key} was refused (${outcome.why}) and happened at ${revision}`);
  }
  return wrong;
}

/** Every put has been asked for, once, and met what it had to meet. */
function checkHistory(history: readonly Write[], operations: readonly Operation[]): string[] {
  const wrong: string[] = [];
  const byMark = new Map(operations.map((operation) => [markOf(operation.id), operation]));
  const seen = new Set<string>();
  const uids = new Set<string>();
  const exists = new Map<string, Write>();
  for (const write of history) {
    const { key, type, mark, uid, revision } = write;
    const before = exists.get(key);
    if (type === 'delete') {
      if (!before) wrong.push(`${key} was deleted at ${revision}, and was not there`);
      exists.delete(key);
      continue;
    }
    const operation = byMark.get(mark);
    const { verb, precondition, id } = operation ?? {};
    if (operation?.key !== key || (verb !== 'create' && verb !== 'update')) wrong.push(`${key} was written at ${revision}, and nobody has asked for it`);
    if (seen.has(mark)) wrong.push(`${key} was written twice by operation ${id}, the second time at ${revision}`);
    if (verb === 'create' && before) wrong.push(`create ${id} of ${key} at ${revision} met an object`);
    if (verb === 'create' && uids.has(uid)) wrong.push(`create ${id} of ${key} at ${revision} has the uid of another object`);
    if (verb === 'update' && !before) wrong.push(`update ${id} of ${key} at ${revision} met no object`);
    if (verb === 'update' && before && before.uid !== uid) wrong.push(`update ${id} of ${key} at ${revision} has changed its uid`);
    if (precondition !== undefined && precondition !== before?.revision) wrong.push(`${verb} ${id} of ${key} at ${revision} was to meet ${precondition} and met ${before?.revision ?? 0}`);
    seen.add(mark);
    uids.add(uid);
    exists.set(key, write);
  }
  return wrong;
}

interface Order {
  revisions: Map<Operation, number>;
  least: Map<Operation, number>;
  most: Map<Operation, number>;
  periods: Periods;
}

/** Answers respect real time, and what was read or refused was so at some moment while it was asked. */
function checkOrder(history: readonly Write[], operations: readonly Operation[], { revisions, least, most, periods }: Order): string[] {
  const wrong: string[] = [];
  const puts = new Map(history.filter(({ type }) => type === 'put').map((write) => [write.revision, write]));
  for (const operation of operations) {
    const { id, verb, key, outcome, precondition, version } = operation;
    if (verb === 'list') continue;
    const high = most.get(operation)!;
    // of a read that may be old no more is asked than that it is as new as it says
    const low = version ? ('exactly' in version ? version.exactly : version.notOlderThan) : least.get(operation)!;
    const revision = revisions.get(operation);
    if (revision !== undefined) {
      if (revision <= low) wrong.push(`${verb} ${id} of ${key} happened at ${revision}, before ${low}, which was known when it was asked for`);
      if (outcome.type !== 'unknown' && revision >= high) wrong.push(`${verb} ${id} of ${key} happened at ${revision}, after ${high}, which was asked for when it was answered`);
      continue;
    }
    const may = (fits: (version: number) => boolean) => periods(key, low, high).some((period) => fits(period.version));
    if (verb === 'get' && outcome.type === 'ok') {
      if (!may((was) => was === outcome.revision)) wrong.push(`get ${id} of ${key} read ${outcome.revision}, which was not so between ${low} and ${high}`);
      const put = puts.get(outcome.revision ?? 0);
      if (put && (put.mark !== outcome.mark || put.uid !== outcome.uid)) wrong.push(`get ${id} of ${key} read at ${outcome.revision} what was not written then`);
    }
    if (outcome.type !== 'refused') continue;
    const fits = { missing: (was: number) => was === 0, exists: (was: number) => was !== 0, conflict: (was: number) => was !== 0 && precondition !== undefined && was !== precondition }[outcome.why];
    if (!may(fits)) wrong.push(`${verb} ${id} of ${key} was refused (${outcome.why}), which was not so between ${low} and ${high}`);
  }
  return wrong;
}
