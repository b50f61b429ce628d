/**
 * Lists of indexes, as `1,3-5`.
 *
 * Upstream: validateIndexesFormat, parseIndexInterval and validateFailedIndexesNotOverlapCompleted of
 * pkg/apis/batch/validation/validation.go. What cannot be read is thrown, in upstream's words.
 */
import { quote } from '../../quote.ts';

type Interval = [first: number, last: number];

function parseIndex(value: string, completions: number): number {
  if (!/^[+-]?\d+$/.test(value)) throw new Error(`cannot convert string to integer for index: ${quote(value)}`);
  if (Number(value) >= completions) throw new Error(`too large index: ${quote(value)}`);
  return Number(value);
}

function parseInterval(interval: string, completions: number): Interval {
  const limits = interval.split('-');
  if (limits.length > 2) throw new Error(`the fragment ${quote(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`);
  const first = parseIndex(limits[0] ?? '', completions);
  if (limits[1] === undefined) return [first, first];
  const last = parseIndex(limits[1], completions);
  if (first >= last) throw new Error(`non-increasing order, previous: ${first}, current: ${last}`);
  return [first, last];
}

export function countIndexes(indexes: string, completions: number): number {
  if (indexes === '') return 0;
  let before: number | undefined;
  let total = 0;
  for (const interval of indexes.split(',')) {
    const [first, last] = parseInterval(interval, completions);
    if (before !== undefined && before >= first) throw new Error(`non-increasing order, previous: ${before}, current: ${first}`);
    total += last - first + 1;
    before = last;
  }
  return total;
}

/** What cannot be read is told elsewhere. */
function readable(indexes: string, completions: number): Interval[] {
  return indexes.split(',').flatMap((interval) => {
    try {
      return [parseInterval(interval, completions)];
    } catch {
      return [];
    }
  });
}

/** The first index that both lists have. */
export function findOverlap(completed: string, failed: string, completions: number): number | undefined {
  const others = readable(failed, completions);
  for (const [first, last] of readable(completed, completions)) {
    const other = others.find(([from, to]) => first <= to && from <= last);
    if (other) return Math.max(first, other[0]);
  }
  return undefined;
}
