/** How much happened in a soak: what was asked and answered, and what those who watched have seen. */
import type { FollowingInformer } from './informer.ts';
import type { Operation, Outcome } from './journal.ts';
import type { Following } from './observer.ts';

export interface SoakReport {
  /** How many operations came to which end. */
  operations: Record<Outcome['type'], number>;
  /** What was answered to those of which nobody knows what came of them. */
  unknown: Record<string, number>;
  /** Reads of all objects, in one piece or by pages. */
  lists: number;
  observers: Followed;
  informers: Followed & { told: number };
}

/** What they have seen, all together. */
export interface Followed {
  events: number;
  bookmarks: number;
  lists: number;
  watches: number;
}

export function reportOn(operations: readonly Operation[], observers: readonly Following[], informers: readonly FollowingInformer[]): SoakReport {
  const outcomes = operations.map(({ outcome }) => outcome);
  return {
    operations: { ok: 0, refused: 0, unknown: 0, ...count(outcomes, ({ type }) => type) },
    unknown: count(outcomes.flatMap((outcome) => (outcome.type === 'unknown' ? [outcome] : [])), unknownAs),
    lists: outcomes.filter((outcome) => outcome.type === 'ok' && outcome.listed).length,
    observers: followedBy(observers),
    informers: { ...followedBy(informers), told: sum(informers.map(({ told }) => told.length)) },
  };
}

function count<T>(items: readonly T[], by: (item: T) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(items, by)].map(([name, some]) => [name, some.length]));
}

/** Without the numbers in it. */
function unknownAs({ status, message = '' }: { status?: number; message?: string }): string {
  return `${status ?? 'no answer:'} ${message.replaceAll(/\d+/g, 'N').slice(0, 200)}`;
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

function followedBy(all: readonly Following[]): Followed {
  const types = count(all.flatMap(({ seen }) => seen), ({ type }) => type);
  const { list = 0, bookmark = 0, ADDED = 0, MODIFIED = 0, DELETED = 0 } = types;
  return { events: ADDED + MODIFIED + DELETED, bookmarks: bookmark, lists: list, watches: sum(all.map(({ resumed }) => resumed())) };
}
