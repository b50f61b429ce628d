/** Whether somebody who watched saw every change once, in order, from what they listed on. Answers a line for each that does not fit. */
import type { Write } from './history.ts';
import type { Seen } from './observer.ts';
import { apply, sameState } from './timeline.ts';

export function checkObserver(history: readonly Write[], seen: readonly Seen[]): string[] {
  const wrong: string[] = [];
  const state = new Map<string, number>();
  let next = 0;
  /** What the observer has been told. */
  let told = 0;
  const advance = (revision: number) => {
    for (let write = history[next]; write && write.revision <= revision; write = history[++next]) apply(state, write);
  };
  for (const event of seen) {
    const { type, revision } = event;
    if (revision < told) wrong.push(`saw ${type} of ${revision} after ${told}`);
    told = Math.max(told, revision);
    const write = history[next];
    if (type === 'list') {
      advance(revision);
      if (!sameState(state, event.versions)) wrong.push(`the list at ${revision} is not what there was`);
    } else if (type === 'bookmark') {
      if (write && write.revision <= revision) wrong.push(`saw a bookmark of ${revision} before ${write.key} at ${write.revision}`);
      advance(revision);
    } else {
      const expected = write && (write.type === 'delete' ? 'DELETED' : state.has(write.key) ? 'MODIFIED' : 'ADDED');
      if (!write || write.revision !== revision || write.key !== event.key || expected !== type) {
        wrong.push(`saw ${type} ${event.key} at ${revision} where ${write ? `${expected} ${write.key} at ${write.revision}` : 'nothing'} came next`);
      } else if (write.mark !== event.mark) wrong.push(`saw ${type} ${event.key} at ${revision} with what was not written then`);
      advance(revision);
    }
  }
  if (next < history.length) wrong.push(`saw nothing after ${history[next - 1]?.revision ?? 0}; ${history.length - next} changes are missing`);
  return wrong;
}
