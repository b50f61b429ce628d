/** The history in the forms in which it is asked: what an object was when, and when an operation happened. */
import { markOf } from './history.ts';
import type { Write } from './history.ts';
import type { Operation } from './journal.ts';

/** What an object was for a while: from the revision that made it so until the next one. */
export interface Period {
  from: number;
  until: number;
  /** 0 while there is none. */
  version: number;
}

const never: Period[] = [{ from: 0, until: Infinity, version: 0 }];

export type Periods = (key: string, after: number, before: number) => Period[];

/** The periods that overlap with what lies between two revisions. */
export function periodsOf(history: readonly Write[]): Periods {
  const all = new Map<string, Period[]>();
  for (const { key, revision, type } of history) {
    const known = all.get(key) ?? [{ from: 0, until: Infinity, version: 0 }];
    known.at(-1)!.until = revision;
    known.push({ from: revision, until: Infinity, version: type === 'put' ? revision : 0 });
    all.set(key, known);
  }
  return (key, after, before) => {
    const periods = all.get(key) ?? never;
    const first = firstIndex(periods, ({ until }) => until > after);
    return periods.slice(first, firstIndex(periods, ({ from }) => from >= before));
  };
}

/** Of items for which something does not hold up to one and holds from it on: the index of that one. */
function firstIndex<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** At which revision a write took effect, where that is known: the history tells it, be it answered or not. */
export function revisionsOf(history: readonly Write[], operations: readonly Operation[]): Map<Operation, number> {
  const puts = new Map<string, number>();
  const deletes = new Map<string, number>();
  for (const { type, mark, uid, revision } of history) {
    if (type === 'delete') deletes.set(uid, revision);
    // what is written twice happened first when it happened first
    else if (!puts.has(mark)) puts.set(mark, revision);
  }
  const revisions = new Map<Operation, number>();
  for (const operation of operations) {
    const { id, verb, outcome } = operation;
    if (verb === 'get' || verb === 'list') continue;
    const revision = verb === 'delete' ? deletes.get(outcome.type === 'ok' ? (outcome.uid ?? '') : '') : puts.get(markOf(id));
    if (revision !== undefined) revisions.set(operation, revision);
  }
  return revisions;
}

const knownOf = ({ outcome }: Operation, revision: number | undefined) => (outcome.type === 'ok' ? (revision ?? outcome.revision ?? 0) : 0);

/** The newest revision that anybody had been told before the operation was asked for. */
export function leastRevisions(operations: readonly Operation[], revisions: Map<Operation, number>): Map<Operation, number> {
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
export function mostRevisions(operations: readonly Operation[], revisions: Map<Operation, number>): Map<Operation, number> {
  const asked = [...operations].sort((a, b) => b.invoked - a.invoked);
  const most = new Map<Operation, number>();
  let [next, oldest] = [0, Infinity];
  for (const operation of [...operations].sort((a, b) => b.returned - a.returned)) {
    for (let other = asked[next]; other && other.invoked > operation.returned; other = asked[++next]) oldest = Math.min(oldest, revisions.get(other) ?? Infinity);
    most.set(operation, oldest);
  }
  return most;
}

/** What there is after the writes so far: the versions by key. */
export function apply(state: Map<string, number>, { type, key, revision }: Write): void {
  if (type === 'put') state.set(key, revision);
  else state.delete(key);
}

export function sameState(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([key, version]) => b.get(key) === version);
}
