/** Whatever a store that is right does is right, and whatever is changed about it afterwards is found. */
import { expect, test } from 'vitest';
import { newRandom } from '../fuzz/random.ts';
import type { Random } from '../fuzz/random.ts';
import { checkObserver } from './check-observer.ts';
import { check } from './check.ts';
import type { Operation } from './journal.ts';
import { simulate } from './simulated.ts';
import type { Simulated } from './simulated.ts';

const seeds = Array.from({ length: 100 }, (_, seed) => seed);
const isWrite = ({ verb }: Operation) => ['create', 'update', 'delete'].includes(verb);
const wrongIn = ({ history, operations, seen }: Simulated) => [...check(history, operations), ...checkObserver(history, seen)];

test('what is right is found to be right', () => {
  const all = seeds.map((seed) => simulate(newRandom(seed, 0), 300));
  expect(all.flatMap(wrongIn)).toEqual([]);
  const outcomes = all.flatMap(({ operations }) => operations.map(({ outcome }) => outcome.type));
  for (const type of ['ok', 'refused', 'unknown']) expect(outcomes.filter((each) => each === type).length).toBeGreaterThan(500);
});

const without = <T>(items: readonly T[], gone: T | undefined) => items.filter((item) => item !== gone);
const changed = (operations: readonly Operation[], one: Operation | undefined, outcome: Operation['outcome']) => operations.map((operation) => (operation === one ? { ...operation, outcome } : operation));
/** One of those that fit; undefined where none does, and nothing can be changed. */
const pick = <T>(random: Random, items: readonly T[]) => (items.length === 0 ? undefined : random.pick(items));

const answered = ({ operations }: Simulated) => operations.filter((operation) => isWrite(operation) && operation.outcome.type === 'ok');
/** The place of one event; of two that can be told apart where it is to be exchanged with the next one. */
const eventAt = ({ seen }: Simulated, random: Random) => pick(random, seen.flatMap(({ type }, n) => (type !== 'list' && seen[n + 1] && seen[n + 1]!.type !== 'list' ? [n] : [])));

test.each<[string, (told: Simulated, random: Random) => Simulated | undefined]>([
  ['a write is lost that was acknowledged', (told, random) => {
    const one = pick(random, answered(told).filter(({ outcome }) => outcome.type === 'ok' && outcome.revision !== undefined));
    const revision = one?.outcome.type === 'ok' ? one.outcome.revision : undefined;
    return one && { ...told, history: told.history.filter((write) => write.revision !== revision) };
  }],
  ['a write happens that was refused', (told, random) => {
    const one = pick(random, answered(told));
    return one && { ...told, operations: changed(told.operations, one, { type: 'refused', why: 'conflict' }) };
  }],
  ['a write happens that nobody asked for', (told, random) => {
    const one = pick(random, answered(told).filter(({ verb }) => verb !== 'delete'));
    return one && { ...told, operations: without(told.operations, one) };
  }],
  ['a write is told another revision', (told, random) => {
    const one = pick(random, answered(told).filter(({ verb }) => verb !== 'delete'));
    return one?.outcome.type === 'ok' ? { ...told, operations: changed(told.operations, one, { ...one.outcome, revision: one.outcome.revision! + 1 }) } : undefined;
  }],
  ['a write is read that was overwritten before', (told, random) => {
    const stale = told.operations.flatMap((operation) => {
      if (operation.verb !== 'get' || operation.outcome.type !== 'ok') return [];
      // what was acknowledged before it was asked for took the place of all that was before
      const known = answered(told).flatMap(({ key, returned, outcome }) => (key === operation.key && returned < operation.invoked && outcome.type === 'ok' ? [outcome.revision ?? 0] : []));
      const old = told.history.filter(({ key, type, revision }) => key === operation.key && type === 'put' && revision < Math.max(0, ...known));
      return old.map(({ revision, mark, uid }) => changed(told.operations, operation, { type: 'ok', revision, mark, uid }));
    });
    const operations = pick(random, stale);
    return operations && { ...told, operations };
  }],
  ['a list lacks an object', (told, random) => {
    const one = pick(random, told.operations.filter(({ outcome }) => outcome.type === 'ok' && (outcome.listed?.versions.size ?? 0) > 0));
    if (one?.outcome.type !== 'ok') return undefined;
    const versions = new Map([...one.outcome.listed!.versions].slice(1));
    return { ...told, operations: changed(told.operations, one, { ...one.outcome, listed: { ...one.outcome.listed!, versions } }) };
  }],
  ['an event is lost', (told, random) => {
    const at = eventAt(told, random);
    return at === undefined ? undefined : { ...told, seen: told.seen.toSpliced(at, 1) };
  }],
  ['an event comes twice', (told, random) => {
    const at = eventAt(told, random);
    return at === undefined ? undefined : { ...told, seen: told.seen.toSpliced(at, 0, told.seen[at]!) };
  }],
  ['two events come the wrong way round', (told, random) => {
    const at = eventAt(told, random);
    return at === undefined ? undefined : { ...told, seen: told.seen.toSpliced(at, 2, told.seen[at + 1]!, told.seen[at]!) };
  }],
])('where %s, it is found', (_what, change) => {
  const lies = seeds.flatMap((seed) => change(simulate(newRandom(seed, 0), 300), newRandom(seed, 1)) ?? []);
  expect(lies.length).toBeGreaterThan(50);
  expect(lies.filter((lie) => wrongIn(lie).length === 0)).toEqual([]);
});
