/**
 * Texts. Positions count code points.
 *
 * Upstream: github.com/google/cel-go/common/stdlib/standard.go, and ext/strings.go (version 2).
 */
import { func, method } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { EvaluationError } from '../source.ts';
import { isList } from '../values.ts';
import type { Value } from '../values.ts';
import { lengths } from './operators.ts';
import { format } from './string-format.ts';

const outOfRange = (index: bigint) => new EvaluationError(`index out of range: ${index}`);

function charAt(text: string, index: bigint): string {
  const points = [...text];
  if (index < 0n || index > points.length) throw outOfRange(index);
  return points[Number(index)] ?? '';
}

function indexOf(text: string, part: string, from = 0n): bigint {
  const points = [...text];
  if (from < 0n || from > points.length) throw outOfRange(from);
  const skipped = points.slice(0, Number(from)).join('').length;
  const found = text.indexOf(part, skipped);
  return found < 0 ? -1n : BigInt([...text.slice(0, found)].length);
}

function lastIndexOf(text: string, part: string, from?: bigint): bigint {
  const points = [...text];
  if (from !== undefined && (from < 0n || from > points.length)) throw outOfRange(from);
  const found = text.lastIndexOf(part, from === undefined ? undefined : points.slice(0, Number(from)).join('').length);
  return found < 0 ? -1n : BigInt([...text.slice(0, found)].length);
}

function substring(text: string, start: bigint, end?: bigint): string {
  const points = [...text];
  const to = end ?? BigInt(points.length);
  if (start < 0n || start > points.length) throw outOfRange(start);
  if (to < 0n || to > points.length) throw outOfRange(to);
  if (start > to) throw new EvaluationError(`invalid substring range. start: ${start}, end: ${to}`);
  return points.slice(Number(start), Number(to)).join('');
}

function join(list: readonly Value[], separator = ''): string {
  return list
    .map((each) => {
      if (typeof each !== 'string') throw new EvaluationError('join: invalid input: list elements must be strings');
      return each;
    })
    .join(separator);
}

function replace(text: string, old: string, by: string, limit = -1n): string {
  if (limit < 0n) return text.replaceAll(old, () => by);
  const parts = split(text, old, limit + 1n);
  return limit === 0n ? text : parts.join(by);
}

function split(text: string, separator: string, limit = -1n): string[] {
  if (limit === 0n) return [];
  const parts = separator === '' ? [...text] : text.split(separator);
  if (limit < 0n || parts.length <= limit) return parts;
  const first = parts.slice(0, Number(limit) - 1);
  return [...first, parts.slice(Number(limit) - 1).join(separator)];
}

const ascii = (change: (text: string) => string) => (text: string) => text.replace(/[A-Za-z]+/g, change);

/** What upstream, too, takes away at both ends: Unicode's white space. */
const trim = (text: string) => text.replace(/^[\s\x85]+|(?<![\s\x85])[\s\x85]+$/g, '');

const ESCAPES: Readonly<Record<string, string>> = { '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"' };
const quote = (text: string) => `"${text.toWellFormed().replace(/[\x07\b\f\n\r\t\v\\"]/g, (each) => ESCAPES[each] ?? each)}"`;

export const strings: readonly Overload[] = [
  method('contains', ['string', 'string'], 'bool', (text, part) => text.includes(part), lengths),
  method('startsWith', ['string', 'string'], 'bool', (text, part) => text.startsWith(part), (_text, part) => lengths(part)),
  method('endsWith', ['string', 'string'], 'bool', (text, part) => text.endsWith(part), (_text, part) => lengths(part)),
  method('charAt', ['string', 'int'], 'string', charAt, (text) => lengths(text)),
  method('indexOf', ['string', 'string'], 'int', (text, part) => indexOf(text, part), lengths),
  method('indexOf', ['string', 'string', 'int'], 'int', (text, part, from) => indexOf(text, part, from), (text) => lengths(text)),
  method('lastIndexOf', ['string', 'string'], 'int', (text, part) => lastIndexOf(text, part), lengths),
  method('lastIndexOf', ['string', 'string', 'int'], 'int', (text, part, from) => lastIndexOf(text, part, from), (text) => lengths(text)),
  method('lowerAscii', ['string'], 'string', ascii((text) => text.toLowerCase()), lengths),
  method('upperAscii', ['string'], 'string', ascii((text) => text.toUpperCase()), lengths),
  method('replace', ['string', 'string', 'string'], 'string', (text, old, by) => replace(text, old, by), (text, old, by) => lengths(text) + (old === '' || text.includes(old) ? text.length * by.length : 0) / 10),
  method('replace', ['string', 'string', 'string', 'int'], 'string', replace, (text, _old, by, limit) => lengths(text) + (limit < 0n ? text.length : Math.min(text.length, Number(limit))) * (by.length / 10)),
  method('split', ['string', 'string'], 'list(string)', (text, separator) => split(text, separator), lengths),
  method('split', ['string', 'string', 'int'], 'list(string)', (text, separator, limit) => split(text, separator, limit), (text) => lengths(text)),
  method('substring', ['string', 'int'], 'string', (text, start) => substring(text, start), (text) => lengths(text)),
  method('substring', ['string', 'int', 'int'], 'string', (text, start, end) => substring(text, start, end), (text) => lengths(text)),
  method('trim', ['string'], 'string', trim, lengths),
  method('join', ['list(string)'], 'string', (list) => join(list), joined),
  method('join', ['list(string)', 'string'], 'string', (list, separator) => join(list, separator), (list, separator) => joined(list) + (list.length * separator.length) / 10),
  method('format', ['string', 'list(dyn)'], 'string', format, (text, args) => lengths(text) + args.length + joined(args)),
  func('strings.quote', ['string'], 'string', quote, lengths),
];

function joined(list: readonly Value[]): number {
  return list.reduce<number>((sum, each) => sum + (typeof each === 'string' || isList(each) ? each.length : 1), 0) / 10;
}
