import { expect, test } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const lines = (...all: (string | number)[]) => all.join('\n');
const count = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test.each<[string, string, string, string]>([
  ['nothing', 'a\nb', 'a\nb', ''],
  ['a line that changed', lines('a', 'b', 'c'), lines('a', 'x', 'c'), '@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n'],
  ['all of it', 'a', 'b', '@@ -1 +1 @@\n-a\n+b\n'],
  ['a line that came first', lines(...count(1, 5)), lines('x', ...count(1, 5)), '@@ -1,3 +1,4 @@\n+x\n 1\n 2\n 3\n'],
  ['a line that went last', lines(...count(1, 5)), lines(...count(1, 4)), '@@ -2,4 +2,3 @@\n 2\n 3\n 4\n-5\n'],
  ['changes near to each other, together', lines(...count(1, 10)), lines(1, 'x', ...count(3, 8), 'y', 10), '@@ -1,10 +1,10 @@\n 1\n-2\n+x\n 3\n 4\n 5\n 6\n 7\n 8\n-9\n+y\n 10\n'],
  ['changes far from each other, apart', lines(...count(1, 20)), lines(1, 'x', ...count(3, 17), 'y', 19, 20), '@@ -1,5 +1,5 @@\n 1\n-2\n+x\n 3\n 4\n 5\n@@ -15,6 +15,6 @@\n 15\n 16\n 17\n-18\n+y\n 19\n 20\n'],
])('shows %s', (_what, before, after, diff) => {
  expect(unifiedDiff(before, after)).toBe(diff);
});
