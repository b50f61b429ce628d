/**
 * Whether what the clients were told fits what happened: each object a register that is created, updated and deleted,
 * each operation at one moment between its question and its answer, in the order of etcd's revisions. Answers a line for
 * each thing that does not fit.
 */
import { markOf } from './history.ts';
import type { Write } from './history.ts';
import type { Seen } from './observer.ts';
import type { Operation } from './writers.ts';

/** What an object was at a time: from the revision that made it so until the next one. */
interface Period {
  from: number;
  until: number;
  /** 0 while there is none. */
  version: number;
}

export function check(history: readonly Write[], operations: readonly Operation[]): string[] {
  const periods = periodsOf(history);
  const revisions = revisionsOf(history, operations);
  return [...checkWrites(history, operations, revisions), ...checkOrder(operations, revisions, periods)];
}

function periodsOf(history: readonly Write[]): Map<string, Period[]> {
  const periods = new Map<string, Period[]>();
  for (const { key, revision, type } of history) {
    const known = periods.get(key) ?? [{ from: 0, until: Infinity, version: 0 }];
    known.at(-1)!.until = revision;
    known.push({ from: revision, until: Infinity, version: type === 'put' ? revision : 0 });
    periods.set(key, known);
  }
  return periods;
}

/** At which revision an operation took effect, where that is known: of a write the history tells it, be it answered or not. */
function revisionsOf(history: readonly Write[], operations: readonly Operation[]): Map<Operation, number> {
  const puts = new Map(history.filter(({ type }) => type === 'put').map(({ mark, revision }) => [mark, revision]));
  const deletes = new Map(history.filter(({ type }) => type === 'delete').map(({ uid, revision }) => [uid, revision]));
  const revisions = new Map<Operation, number>();
  for (const operation of operations) {
    const { id, verb, outcome } = operation;
    const uid = outcome.type === 'ok' ? outcome.uid : undefined;
    const revision = verb === 'delete' ? deletes.get(uid ?? '') : puts.get(markOf(id));
    if (revision !== undefined && verb !== 'get') revisions.set(operation, revision);
  }
  return revisions;
}

function checkWrites(history: readonly Write[], operations: readonly Operation[], revisions: Map<Operation, number>): string[] {
  const wrong: string[] = [];
  for (const operation of operations) {
    const { id, verb, key, outcome } = operation;
    if (verb === 'get') continue;
    const revision = revisions.get(operation);
    if (outcome.type === 'ok' && revision === undefined) wrong.push(`${verb} ${id} of ${key} was acknowledged and is lost`);
    if (outcome.type === 'ok' && outcome.revision !== undefined && revision !== undefined && outcome.revision !== revision) wrong.push(`${verb} ${id} of ${key} was told ${outcome.revision} and happened at ${revision}`);
    if (outcome.type === 'refused' && revision !== undefined && verb !== 'delete') wrong.push(`${verb} ${id} of ${key} was refused (${outcome.why}) and happened at ${revision}`);
  }
  const byMark = new Map(operations.map((operation) => [markOf(operation.id), operation]));
  const mayDelete = new Set(operations.filter(({ verb, outcome }) => verb === 'delete' && outcome.type !== 'refused').map(({ key }) => key));
  const seen = new Set<string>();
  const exists = new Map<string, number>();
  for (const { key, type, mark = '', revision } of history) {
    const before = exists.get(key) ?? 0;
    if (type === 'delete') {
      if (before === 0) wrong.push(`${key} was deleted at ${revision}, and was not there`);
      if (!mayDelete.has(key)) wrong.push(`${key} was deleted at ${revision}, and nobody has asked for it`);
      exists.set(key, 0);
      continue;
    }
    const operation = byMark.get(mark);
    if (operation?.key !== key) wrong.push(`${key} was written at ${revision}, and nobody has asked for it`);
    if (seen.has(mark)) wrong.push(`${key} was written twice by operation ${operation?.id}, the second time at ${revision}`);
    if (operation?.verb === 'create' && before !== 0) wrong.push(`create ${operation.id} of ${key} at ${revision} met an object`);
    if (operation?.verb === 'update' && before === 0) wrong.push(`update ${operation.id} of ${key} at ${revision} met no object`);
    if (operation?.precondition !== undefined && operation.precondition !== before) wrong.push(`${operation.verb} ${operation.id} of ${key} at ${revision} was to meet ${operation.precondition} and met ${before}`);
    seen.add(mark);
    exists.set(key, revision);
  }
  return wrong;
}

/** Answers respect real time, and what was read or refused was so at some moment while it was asked. */
function checkOrder(operations: readonly Operation[], revisions: Map<Operation, number>, periods: Map<string, Period[]>): string[] {
  const wrong: string[] = [];
  const least = leastRevisions(operations, revisions);
  const most = mostRevisions(operations, revisions);
  for (const operation of operations) {
    const { id, verb, key, outcome, precondition } = operation;
    const [low, high] = [least.get(operation)!, most.get(operation)!];
    const revision = revisions.get(operation);
    if (revision !== undefined) {
      if (revision <= low) wrong.push(`${verb} ${id} of ${key} happened at ${revision}, before ${low}, which was known when it was asked for`);
      if (outcome.type !== 'unknown' && revision >= high) wrong.push(`${verb} ${id} of ${key} happened at ${revision}, after ${high}, which was asked for when it was answered`);
      continue;
    }
    const states = (periods.get(key) ?? [{ from: 0, until: Infinity, version: 0 }]).filter(({ from, until }) => until > low && from < high);
    const may = (fits: (version: number) => boolean) => states.some(({ version }) => fits(version));
    if (outcome.type === 'ok' && verb === 'get' && !may((version) => version === outcome.revision)) wrong.push(`get ${id} of ${key} read ${outcome.revision}, which was not so between ${low} and ${high}`);
    if (outcome.type !== 'refused') continue;
    const fits = { missing: (version: number) => version === 0, exists: (version: number) => version !== 0, conflict: (version: number) => version !== precondition }[outcome.why];
    if (!may(fits)) wrong.push(`${verb} ${id} of ${key} was refused (${outcome.why}), which was not so between ${low} and ${high}`);
  }
  return wrong;
}

const knownOf = ({ outcome }: Operation, revision: number | undefined) => (outcome.type === 'ok' ? (revision ?? outcome.revision ?? 0) : 0);

/** The newest revision that anybody had been told before the operation was asked for. */
function leastRevisions(operations: readonly Operation[], revisions: Map<Operation, number>): Map<Operation, number> {
  const answered = operations.filter(({ returned }) => returned > 0).sort((a, b) => a.returned - b.returned);
  const least = new Map<Operation, number>();
  let [next, newest] = [0, 0];
  for (const operation of [...operations].sort((a, b) => a.invoked - b.invoked)) {
    for (let other = answered[next]; other && other.returned < operation.invoked; other = answered[++next]) newest = Math.max(newest, knownOf(other, revisions.get(other)));
    least.set(operation, newest);
  }
  return least;
}

/** The oldest revision of what was only asked for after the operation was answered. */
function mostRevisions(operations: readonly Operation[], revisions: Map<Operation, number>): Map<Operation, number> {
  const asked = [...operations].sort((a, b) => b.invoked - a.invoked);
  const most = new Map<Operation, number>();
  let [next, oldest] = [0, Infinity];
  for (const operation of [...operations].sort((a, b) => b.returned - a.returned)) {
    for (let other = asked[next]; other && other.invoked > operation.returned; other = asked[++next]) oldest = Math.min(oldest, revisions.get(other) ?? Infinity);
    most.set(operation, oldest);
  }
  return most;
}

/** Whether one observer saw every change once, in order, from what it listed on. */
export function checkObserver(history: readonly Write[], seen: readonly Seen[]): string[] {
  const wrong: string[] = [];
  const state = new Map<string, number>();
  let next = 0;
  const advance = (revision: number) => {
    for (let write = history[next]; write && write.revision <= revision; write = history[++next]) apply(state, write);
  };
  for (const event of seen) {
    if (event.type === 'list') {
      const before = history[next - 1]?.revision ?? 0;
      if (event.revision < before) wrong.push(`listed ${event.revision} after ${before}`);
      advance(event.revision);
      if (!sameState(state, event.versions)) wrong.push(`the list at ${event.revision} is not what there was`);
      continue;
    }
    const write = history[next];
    const type = write && (write.type === 'delete' ? 'DELETED' : state.has(write.key) ? 'MODIFIED' : 'ADDED');
    if (!write || write.revision !== event.revision || write.key !== event.key || type !== event.type) {
      wrong.push(`saw ${event.type} ${event.key} at ${event.revision} where ${write ? `${type} ${write.key} at ${write.revision}` : 'nothing'} came next`);
      advance(event.revision);
      continue;
    }
    apply(state, write);
    next++;
  }
  if (next < history.length) wrong.push(`saw nothing after ${history[next - 1]?.revision ?? 0}; ${history.length - next} changes are missing`);
  return wrong;
}

function apply(state: Map<string, number>, { type, key, revision }: Write): void {
  if (type === 'put') state.set(key, revision);
  else state.delete(key);
}

function sameState(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([key, version]) => b.get(key) === version);
}
