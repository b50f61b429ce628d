/** Whether every delete that happened was asked for by somebody, once, and met what it had to meet. */
import type { Write } from './history.ts';
import type { Operation } from './journal.ts';

export function checkDeletes(history: readonly Write[], operations: readonly Operation[], least: ReadonlyMap<Operation, number>): string[] {
  const wrong: string[] = [];
  /** By the uid of what they deleted. */
  const acknowledged = new Map<string, Operation>();
  /** By key: those of which nobody knows, each of which may be the reason of one delete. */
  const possible = new Map<string, Set<Operation>>();
  for (const operation of operations) {
    const { id, verb, key, outcome } = operation;
    if (verb !== 'delete' || outcome.type === 'refused') continue;
    if (outcome.type === 'unknown') {
      possible.set(key, (possible.get(key) ?? new Set()).add(operation));
      continue;
    }
    const uid = outcome.uid ?? '';
    if (acknowledged.has(uid)) wrong.push(`delete ${id} of ${key} was acknowledged, and delete ${acknowledged.get(uid)?.id} of the same object, too`);
    acknowledged.set(uid, operation);
  }
  const before = new Map<string, number>();
  for (const { key, type, uid, revision } of history) {
    const met = before.get(key) ?? 0;
    before.set(key, type === 'put' ? revision : 0);
    if (type === 'put') continue;
    const operation = acknowledged.get(uid);
    if (!operation) {
      // one that names what it meets can be the reason of nothing else: it goes first
      const fitting = [...(possible.get(key) ?? [])].filter((other) => (least.get(other) ?? 0) < revision && [undefined, met].includes(other.precondition));
      const reason = fitting.find(({ precondition }) => precondition !== undefined) ?? fitting[0];
      if (reason) possible.get(key)?.delete(reason);
      else wrong.push(`${key} was deleted at ${revision}, and nobody has asked for it`);
    } else if (operation.key !== key) wrong.push(`delete ${operation.id} of ${operation.key} was told the uid of ${key}`);
    else if (operation.precondition !== undefined && operation.precondition !== met) wrong.push(`delete ${operation.id} of ${key} at ${revision} was to meet ${operation.precondition} and met ${met}`);
  }
  return wrong;
}
