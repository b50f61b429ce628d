/**
 * Attaches margin notes to the lines of an excerpt. A note names a piece of text; it belongs to the one line that holds
 * it. No such line, or more than one, fails the build: the code has moved and the note must follow.
 */
import type { Excerpt } from './excerpt.ts';

export interface Note {
  at: string;
  html: string;
}

/** A run of lines with the note that stands beside its first one. */
export interface Segment {
  start: number;
  end: number;
  note?: Note;
}

export function annotate(excerpt: Excerpt, notes: readonly Note[]): Segment[] {
  const where = `${excerpt.file}#${excerpt.name}`;
  const placed = notes.map((note) => ({ note, line: lineOf(excerpt, note.at, where) })).sort((a, b) => a.line - b.line);
  const segments: Segment[] = [];
  for (const [index, { note, line }] of placed.entries()) {
    if (placed[index - 1]?.line === line) throw new Error(`excerpt "${where}": two notes stand at one line ("${note.at}")`);
    if (index === 0 && line > 0) segments.push({ start: 0, end: line });
    segments.push({ start: line, end: placed[index + 1]?.line ?? excerpt.lines.length, note });
  }
  return segments.length > 0 ? segments : [{ start: 0, end: excerpt.lines.length }];
}

function lineOf(excerpt: Excerpt, text: string, where: string): number {
  const matches = excerpt.lines.flatMap((line, index) => (line.includes(text) ? [index] : []));
  const [line] = matches;
  if (line === undefined) throw new Error(`excerpt "${where}": no line holds "${text}", which a note is about`);
  if (matches.length > 1) throw new Error(`excerpt "${where}": ${matches.length} lines hold "${text}"; a note must say which one`);
  return line;
}

const open = /<!--note (.*?)-->/;

/** Notes arrive as rendered children, each opened by `<!--note "at"-->`. */
export function notesFrom(html: string): Note[] {
  const [before = '', ...rest] = html.split(open);
  if (before.trim() !== '') throw new Error(`between <Source> and </Source> only <Note> may stand, not: ${before.trim().slice(0, 60)}`);
  const notes: Note[] = [];
  for (let i = 0; i < rest.length; i += 2) notes.push({ at: String(JSON.parse(decodeURIComponent(rest[i] ?? '""'))), html: rest[i + 1] ?? '' });
  return notes;
}

/** What opens a note; `--` and `>` can't stand in a comment, so the text is escaped. */
export function noteMark(at: string): string {
  return `<!--note ${encodeURIComponent(JSON.stringify(at)).replaceAll('-', '%2D')}-->`;
}
