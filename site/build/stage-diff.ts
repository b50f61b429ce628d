/** What a stage changes in the composition of the stage before it: their `build`, line by line. */
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
  /** What the stage says of itself. */
  adds: string;
  lines: DiffLine[];
}

export function stageDiff(stage: string): StageDiff {
  const after = `server/stages/${stage}.ts`;
  const text = readFileSync(join(root, after), 'utf8');
  const previous = /\bafter: '([a-z-]+)'/.exec(text)?.[1];
  const adds = /\badds: '([^']+)'/.exec(text)?.[1];
  if (!previous || !adds) throw new Error(`<StageDiff stage="${stage}">: ${after} does not say what it \`adds\`, and \`after\` which stage`);
  const before = `server/stages/${previous}.ts`;
  return { before, after, adds, lines: lineDiff(composition(before, readFileSync(join(root, before), 'utf8')), composition(after, text)) };
}

function composition(file: string, text: string): Excerpt {
  const name = /export const (\w+): Stage\b/.exec(text)?.[1] ?? 'stage';
  return cut(file, text, `${name}.build`);
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
