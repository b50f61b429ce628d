/** What a stage's file changes in the file of the stage before it, line by line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diffArrays } from 'diff';
import { cut } from './excerpt.ts';
import type { Excerpt } from './excerpt.ts';
import { root } from './root.ts';

export interface DiffLine {
  kind: 'same' | 'added' | 'removed';
  text: string;
  html: string;
}

export interface StageDiff {
  before: string;
  after: string;
  lines: DiffLine[];
}

export function stageDiff(stage: string): StageDiff {
  const after = `server/stages/${stage}.ts`;
  const text = readFileSync(join(root, after), 'utf8');
  const previous = /\bafter:\s*'([a-z-]+)'/.exec(text)?.[1];
  if (!previous) throw new Error(`<StageDiff stage="${stage}">: ${after} names no stage before it (\`after\`)`);
  const before = `server/stages/${previous}.ts`;
  return { before, after, lines: lineDiff(cut(before, readFileSync(join(root, before), 'utf8'), ''), cut(after, text, '')) };
}

type Lines = Pick<Excerpt, 'lines' | 'html'>;

export function lineDiff(before: Lines, after: Lines): DiffLine[] {
  let [old, now] = [0, 0];
  return diffArrays([...before.lines], [...after.lines]).flatMap((change) =>
    change.value.map((text): DiffLine => {
      if (change.removed) return { kind: 'removed', text, html: before.html[old++] ?? '' };
      if (!change.added) old++;
      return { kind: change.added ? 'added' : 'same', text, html: after.html[now++] ?? '' };
    }),
  );
}
