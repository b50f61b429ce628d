/** Whether every list is what there was at one revision, on all its pages, and at one that it may be of. */
import type { Write } from './history.ts';
import type { Operation } from './journal.ts';
import { apply, sameState } from './timeline.ts';

export function checkLists(history: readonly Write[], operations: readonly Operation[], least: ReadonlyMap<Operation, number>, most: ReadonlyMap<Operation, number>): string[] {
  const wrong: string[] = [];
  const lists = operations.flatMap((operation) => {
    const { outcome } = operation;
    return outcome.type === 'ok' && outcome.listed ? [{ operation, revision: outcome.revision ?? 0, ...outcome.listed }] : [];
  });
  const state = new Map<string, number>();
  let next = 0;
  for (const { operation, revision, versions, pages } of lists.sort((a, b) => a.revision - b.revision)) {
    const { id, version } = operation;
    for (let write = history[next]; write && write.revision <= revision; write = history[++next]) apply(state, write);
    if (!sameState(state, versions)) wrong.push(`list ${id} at ${revision} is not what there was`);
    if (pages.some((page) => page !== revision)) wrong.push(`list ${id} has pages of ${pages.join(', ')}`);
    const low = version ? ('exactly' in version ? version.exactly : version.notOlderThan) : least.get(operation)!;
    const high = most.get(operation)!;
    if (revision < low || revision >= high) wrong.push(`list ${id} is of ${revision}, which is not from ${low} on and before ${high}`);
    if (version && 'exactly' in version && revision !== version.exactly) wrong.push(`list ${id} is of ${revision} and was to be of ${version.exactly}`);
  }
  return wrong;
}
