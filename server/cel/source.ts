/**
 * What is wrong with an expression, and where: as upstream's compiler shows it, with the line and a caret.
 *
 * Upstream: github.com/google/cel-go/common (error.go, errors.go, source.go).
 */
export interface Issue {
  /** Where in the text, in UTF-16 units; undefined where no place can be told. */
  offset: number | undefined;
  message: string;
}

/** What upstream's compiler answers to an expression that it does not take. */
export class CompilationError extends Error {
  override name = 'CompilationError';
}

/** What evaluating an expression comes to where it fails. */
export class EvaluationError extends Error {
  override name = 'EvaluationError';
}

const MAX_SNIPPET = 16384;
const MAX_ISSUES = 100;

export function formatIssues(source: string, issues: readonly Issue[]): string {
  const sorted = [...issues].sort((a, b) => (a.offset ?? -1) - (b.offset ?? -1));
  const shown = sorted.slice(0, MAX_ISSUES).map((issue) => formatIssue(source, issue));
  if (sorted.length > MAX_ISSUES) shown.push(`${sorted.length - MAX_ISSUES} more errors were truncated`);
  return shown.join('\n');
}

function formatIssue(source: string, { offset, message }: Issue): string {
  if (offset === undefined) return `ERROR: <input>:-1:0: ${message}`;
  const before = source.slice(0, offset).split('\n');
  const line = source.split('\n')[before.length - 1] ?? '';
  const column = [...(before.at(-1) ?? '')].length;
  const at = `ERROR: <input>:${before.length}:${column + 1}: ${message}`;
  const characters = [...line];
  if (characters.length > MAX_SNIPPET) return at;
  const dots = characters.slice(0, column).map((each) => (isWide(each) ? '．' : '.'));
  return `${at}\n | ${line.replaceAll('\t', ' ')}\n | ${dots.join('')}${isWide(characters[column] ?? '') ? '＾' : '^'}`;
}

const isWide = (character: string) => character > '\x7f';
