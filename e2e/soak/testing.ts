/** For tests: a short history, as it was told to everybody, for lies to be put into. */
import { markOf } from './history.ts';
import type { Write } from './history.ts';
import type { Operation, Outcome } from './journal.ts';

export const key = 'default/a';
export const uid = 'uid-1';
export const put = (revision: number, operation: number, more: Partial<Write> = {}): Write => ({ revision, key, type: 'put', mark: markOf(operation), uid, ...more });
export const gone = (revision: number, operation: number, more: Partial<Write> = {}): Write => ({ ...put(revision, operation, more), type: 'delete' });

export const ok = (revision?: number, more: Partial<Outcome & { type: 'ok' }> = {}): Outcome => ({ type: 'ok', uid, ...(revision !== undefined && { revision }), ...more });
export const refused = (why: 'conflict' | 'exists' | 'missing'): Outcome => ({ type: 'refused', why });
export const unknown: Outcome = { type: 'unknown' };
export const listed = (revision: number, pages: number[], ...versions: [string, number][]): Outcome => ({ type: 'ok', revision, listed: { pages, versions: new Map(versions) } });

/** One after the other, each answered before the next is asked. */
export function inTurn(...operations: (Pick<Operation, 'verb' | 'outcome'> & Partial<Operation>)[]): Operation[] {
  return operations.map((operation, id) => ({ id, key, server: 0, invoked: 2 * id, returned: 2 * id + 1, ...operation }));
}

/** Created, updated, deleted; the operations are those of `told`. */
export const history = [put(2, 0), put(3, 1), gone(4, 1)];

export const told = (): Operation[] =>
  inTurn({ verb: 'create', outcome: ok(2) }, { verb: 'update', outcome: ok(3), precondition: 2 }, { verb: 'delete', outcome: ok(), precondition: 3 }, { verb: 'get', outcome: refused('missing') });
