/**
 * The difference between two values, line by line, as some messages show it.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/diff/diff.go, over github.com/pmezard/go-difflib (longest matching blocks,
 * lines that come too often are no anchors, three lines of context).
 */
import { marshalJSON } from '../../quote.ts';

interface Block {
  a: number;
  b: number;
  size: number;
}

type Opcode = [equal: boolean, a1: number, a2: number, b1: number, b2: number];

function anchors(lines: string[]): Map<string, number[]> {
  const at = new Map<string, number[]>();
  lines.forEach((line, i) => at.set(line, [...(at.get(line) ?? []), i]));
  if (lines.length < 200) return at;
  const often = Math.floor(lines.length / 100) + 1;
  return new Map([...at].filter(([, places]) => places.length <= often));
}

function longestMatch(a: string[], b: string[], at: Map<string, number[]>, [alo, ahi, blo, bhi]: [number, number, number, number]): Block {
  let best: Block = { a: alo, b: blo, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = alo; i < ahi; i++) {
    const next = new Map<number, number>();
    for (const j of at.get(a[i] ?? '') ?? []) {
      if (j < blo || j >= bhi) continue;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  while (best.a > alo && best.b > blo && a[best.a - 1] === b[best.b - 1]) best = { a: best.a - 1, b: best.b - 1, size: best.size + 1 };
  while (best.a + best.size < ahi && best.b + best.size < bhi && a[best.a + best.size] === b[best.b + best.size]) best.size++;
  return best;
}

function matchingBlocks(a: string[], b: string[]): Block[] {
  const at = anchors(b);
  const within = (alo: number, ahi: number, blo: number, bhi: number): Block[] => {
    if (alo >= ahi || blo >= bhi) return [];
    const match = longestMatch(a, b, at, [alo, ahi, blo, bhi]);
    if (match.size === 0) return [];
    return [...within(alo, match.a, blo, match.b), match, ...within(match.a + match.size, ahi, match.b + match.size, bhi)];
  };
  return within(0, a.length, 0, b.length);
}

function opcodes(a: string[], b: string[]): Opcode[] {
  const codes: Opcode[] = [];
  let [i, j] = [0, 0];
  for (const block of [...matchingBlocks(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < block.a || j < block.b) codes.push([false, i, block.a, j, block.b]);
    [i, j] = [block.a + block.size, block.b + block.size];
    if (block.size > 0) codes.push([true, block.a, i, block.b, j]);
  }
  return codes;
}

const context = 3;

/** Changes with the lines around them; those that are near each other go together. */
function hunks(codes: Opcode[]): Opcode[][] {
  const found: Opcode[][] = [[]];
  codes.forEach(([equal, a1, a2, b1, b2], i) => {
    const current = found.at(-1) ?? [];
    if (!equal) current.push([equal, a1, a2, b1, b2]);
    else if (i === 0) current.push([true, Math.max(a1, a2 - context), a2, Math.max(b1, b2 - context), b2]);
    else if (i === codes.length - 1) current.push([true, a1, Math.min(a2, a1 + context), b1, Math.min(b2, b1 + context)]);
    else if (a2 - a1 > 2 * context) {
      current.push([true, a1, a1 + context, b1, b1 + context]);
      found.push([[true, a2 - context, a2, b2 - context, b2]]);
    } else current.push([true, a1, a2, b1, b2]);
  });
  return found.filter((hunk) => hunk.some(([equal]) => !equal));
}

function range(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return `${start + 1}`;
  return `${length === 0 ? start : start + 1},${length}`;
}

const splitLines = (value: unknown) => marshalJSON(value, 1).split('\n');

export function diff(before: unknown, after: unknown): string {
  const [a, b] = [splitLines(before), splitLines(after)];
  const lines = hunks(opcodes(a, b)).flatMap((hunk) => {
    const [first, last] = [hunk[0], hunk.at(-1)];
    if (!first || !last) return [];
    const changed = hunk.flatMap(([equal, a1, a2, b1, b2]) =>
      equal ? a.slice(a1, a2).map((line) => ` ${line}`) : [...a.slice(a1, a2).map((line) => `-${line}`), ...b.slice(b1, b2).map((line) => `+${line}`)],
    );
    return [`@@ -${range(first[1], last[2])} +${range(first[3], last[4])} @@`, ...changed];
  });
  return lines.map((line) => `${line}\n`).join('');
}
