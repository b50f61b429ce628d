/** For tests: what clients would write down of a store that is right, with operations that overlap and some that nobody answers. */
import type { Random } from '../fuzz/random.ts';
import { markOf } from './history.ts';
import type { Write } from './history.ts';
import type { Operation, Outcome } from './journal.ts';
import type { Seen } from './observer.ts';
import { apply } from './timeline.ts';

export interface Simulated {
  history: Write[];
  operations: Operation[];
  /** By one who listed at first and once more on the way. */
  seen: Seen[];
}

export function simulate(random: Random, steps: number): Simulated {
  const history: Write[] = [];
  const operations: Operation[] = [];
  const now = new Map<string, Write>();
  /** Asked and not done yet; done and not answered yet. */
  const [asked, done]: [Operation[], Operation[]] = [[], []];
  let [revision, time] = [1, 0];

  function ask(): void {
    const key = `default/${random.pick(['a', 'b', 'c'])}`;
    const verb = random.pick(['create', 'update', 'update', 'delete', 'get', 'list'] as const);
    const known = now.get(key)?.revision;
    const isConditional = (verb === 'update' || verb === 'delete') && known !== undefined && random.chance(0.5);
    const operation: Operation = { id: operations.length, verb, key: verb === 'list' ? 'default' : key, server: 0, invoked: time++, returned: Infinity, outcome: { type: 'unknown' }, ...(isConditional && { precondition: known }) };
    operations.push(operation);
    asked.push(operation);
  }

  function happen(operation: Operation): Outcome {
    const { id, verb, key, precondition } = operation;
    const before = now.get(key);
    if (verb === 'list') return { type: 'ok', revision, listed: { pages: [revision], versions: new Map([...now].map(([name, write]) => [name, write.revision])) } };
    if (verb === 'create' ? before : !before) return { type: 'refused', why: verb === 'create' ? 'exists' : 'missing' };
    if (precondition !== undefined && precondition !== before?.revision) return { type: 'refused', why: 'conflict' };
    if (verb === 'get') return { type: 'ok', revision: before!.revision, mark: before!.mark, uid: before!.uid };
    const uid = before?.uid ?? `uid-${id}`;
    const write: Write = { revision: ++revision, key, uid, type: verb === 'delete' ? 'delete' : 'put', mark: verb === 'delete' ? before!.mark : markOf(id) };
    history.push(write);
    if (verb === 'delete') now.delete(key);
    else now.set(key, write);
    return { type: 'ok', uid, ...(verb !== 'delete' && { revision, mark: write.mark }) };
  }

  for (let step = 0; step < steps; step++) {
    const which = random.int(3);
    if (which === 0 && asked.length < 4) ask();
    else if (which === 1 && asked.length > 0) {
      const [operation] = asked.splice(random.int(asked.length), 1);
      const outcome = happen(operation!);
      if (operation!.returned < Infinity) continue;
      operation!.outcome = outcome;
      done.push(operation!);
    } else if (which === 2) {
      // one whose answer is lost may be done later, or has been
      const from = random.chance(0.1) ? random.pick([asked, done]) : done;
      const operation = random.pick([...from, undefined]);
      if (!operation || operation.returned < Infinity) continue;
      operation.returned = time++;
      if (from === asked || random.chance(0.1)) operation.outcome = { type: 'unknown' };
      if (from === done) done.splice(done.indexOf(operation), 1);
    }
  }
  for (const operation of operations) {
    if (operation.returned < Infinity) continue;
    operation.returned = time++;
    operation.outcome = { type: 'unknown' };
  }
  return { history, operations, seen: observe(history, random.int(history.length + 1)) };
}

function observe(history: readonly Write[], listedAt: number): Seen[] {
  const state = new Map<string, number>();
  const seen: Seen[] = [{ type: 'list', revision: 1, versions: new Map() }];
  for (const [n, write] of history.entries()) {
    const { type, key, revision, mark } = write;
    const known = state.has(key);
    apply(state, write);
    if (n === listedAt) seen.push({ type: 'list', revision, versions: new Map(state) });
    else seen.push({ type: type === 'delete' ? 'DELETED' : known ? 'MODIFIED' : 'ADDED', revision, key, mark });
  }
  return seen;
}
