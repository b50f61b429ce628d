/**
 * How one text became another, as lines that went and came, each change with three lines around it.
 *
 * Upstream: Diff of k8s.io/apimachinery/pkg/util/diff/diff.go over github.com/pmezard/go-difflib. Leaves out that lines
 * which are frequent in long texts are passed over when likeness is looked for.
 */
const CONTEXT = 3;

/** So many lines that are the same in both, from one place in each. */
interface Match {
  a: number;
  b: number;
  size: number;
}

/** A stretch of each text; `same` where they do not differ. */
interface Change {
  same: boolean;
  a: [from: number, to: number];
  b: [from: number, to: number];
}

export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')];
  return groupsOf(changesOf(a, b)).map((group) => formatGroup(group, a, b)).join('');
}

/** The longest match, the first of several, and then what matches before and behind it. */
function matchesOf(a: readonly string[], b: readonly string[], [aFrom, aTo]: Change['a'], [bFrom, bTo]: Change['b']): Match[] {
  let best: Match = { a: aFrom, b: bFrom, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = aFrom; i < aTo; i++) {
    const next = new Map<number, number>();
    for (let j = bFrom; j < bTo; j++) {
      if (a[i] !== b[j]) continue;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  if (best.size === 0) return [];
  return [...matchesOf(a, b, [aFrom, best.a], [bFrom, best.b]), best, ...matchesOf(a, b, [best.a + best.size, aTo], [best.b + best.size, bTo])];
}

function changesOf(a: readonly string[], b: readonly string[]): Change[] {
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  for (const match of [...matchesOf(a, b, [0, a.length], [0, b.length]), { a: a.length, b: b.length, size: 0 }]) {
    const last = changes.at(-1);
    if (i < match.a || j < match.b) changes.push({ same: false, a: [i, match.a], b: [j, match.b] });
    [i, j] = [match.a + match.size, match.b + match.size];
    // matches that touch in both are one
    if (last?.same && last === changes.at(-1)) [last.a[1], last.b[1]] = [i, j];
    else if (match.size > 0) changes.push({ same: true, a: [match.a, i], b: [match.b, j] });
  }
  return changes;
}

/** Changes that are near to each other are shown together. */
function groupsOf(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  let group: Change[] = [];
  changes.forEach(({ same, a, b }, at) => {
    const [first, last] = [at === 0, at === changes.length - 1];
    const head = { same, a: [a[0], Math.min(a[1], a[0] + CONTEXT)], b: [b[0], Math.min(b[1], b[0] + CONTEXT)] } satisfies Change;
    const tail = { same, a: [Math.max(a[0], a[1] - CONTEXT), a[1]], b: [Math.max(b[0], b[1] - CONTEXT), b[1]] } satisfies Change;
    if (!same) group.push({ same, a, b });
    else if (first) group.push(tail);
    else if (last) group.push(head);
    else if (a[1] - a[0] <= 2 * CONTEXT) group.push({ same, a, b });
    else {
      groups.push([...group, head]);
      group = [tail];
    }
  });
  return [...groups, group].filter((each) => each.some(({ same }) => !same));
}

function formatGroup(group: readonly Change[], a: readonly string[], b: readonly string[]): string {
  const range = (side: 'a' | 'b') => formatRange(group[0]?.[side][0] ?? 0, group.at(-1)?.[side][1] ?? 0);
  const lines = group.flatMap((change) => {
    const [left, right] = [a.slice(...change.a), b.slice(...change.b)];
    return change.same ? left.map((line) => ` ${line}`) : [...left.map((line) => `-${line}`), ...right.map((line) => `+${line}`)];
  });
  return [`@@ -${range('a')} +${range('b')} @@`, ...lines, ''].join('\n');
}

function formatRange(from: number, to: number): string {
  if (to - from === 1) return String(from + 1);
  return `${to === from ? from : from + 1},${to - from}`;
}
