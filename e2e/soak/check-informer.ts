/**
 * Whether an informer told its handler what it heard itself, once and in that order. What happens to an object between
 * two watches is lost to it: a list tells it the outcome, and so it tells one step of each object that is another since,
 * in whatever order. Whether it heard what happened is what checkObserver asks of any observer.
 */
import type { Write } from './history.ts';
import type { Told } from './informer.ts';
import type { Seen } from './observer.ts';
import { apply, sameState } from './timeline.ts';

export function checkInformer(history: readonly Write[], seen: readonly Seen[], told: readonly Told[], store: ReadonlyMap<string, number>): string[] {
  const wrong: string[] = [];
  const steps = expectedOf(seen);
  const lines = told.map(lineOf);
  let at = 0;
  for (const step of steps) {
    const [should, does] = [step.map(lineOf).sort(), lines.slice(at, (at += step.length)).sort()];
    const odd = should.findIndex((line, n) => line !== does[n]);
    if (odd < 0) continue;
    wrong.push(`its handler was told ${does[odd] ?? 'nothing'} where ${should[odd]} came next`);
    // all that follows is out of step, too
    at = Infinity;
    break;
  }
  if (at < lines.length) wrong.push(`its handler was told ${lines[at]} where nothing came next`);
  const last = new Map<string, number>();
  for (const write of history) apply(last, write);
  if (!sameState(last, store)) wrong.push(`its store is not what there is: ${[...store].join(' ')} where ${[...last].join(' ')} is`);
  return wrong;
}

const lineOf = (told: Told) => `${told.type} ${told.key} at ${told.revision}${told.type === 'update' ? ` after ${told.old}` : ''}${told.type === 'delete' && told.late ? ', found out late' : ''}`;

/** What is to be told of each event and of each list. */
function expectedOf(seen: readonly Seen[]): Told[][] {
  const known = new Map<string, number>();

  function become(key: string, revision: number): Told[] {
    const old = known.get(key);
    known.set(key, revision);
    if (old === undefined) return [{ type: 'add', key, revision }];
    return old === revision ? [] : [{ type: 'update', key, old, revision }];
  }

  function end(key: string, revision: number, late: boolean): Told[] {
    return known.delete(key) ? [{ type: 'delete', key, revision, late }] : [];
  }

  return seen.map((event) => {
    if (event.type === 'bookmark') return [];
    if (event.type === 'DELETED') return end(event.key, event.revision, false);
    if (event.type !== 'list') return become(event.key, event.revision);
    const gone = [...known].filter(([key]) => !event.versions.has(key));
    return [...gone.flatMap(([key, revision]) => end(key, revision, true)), ...[...event.versions].flatMap(([key, revision]) => become(key, revision))];
  });
}
