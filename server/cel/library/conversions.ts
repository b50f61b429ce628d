/**
 * Making values of one type out of those of another.
 *
 * Upstream: github.com/google/cel-go/common/stdlib/standard.go and ConvertToType of common/types.
 */
import { func } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { isInt, isUint } from '../literals.ts';
import { EvaluationError } from '../source.ts';
import { formatSeconds, formatTimestamp, newTimestamp, parseDuration, parseTimestamp } from '../time.ts';
import { Uint } from '../values.ts';

const SECOND = 1_000_000_000n;

function toInt(value: bigint): bigint {
  if (!isInt(value)) throw new EvaluationError('integer overflow');
  return value;
}
function toUint(value: bigint): Uint {
  if (!isUint(value)) throw new EvaluationError('unsigned integer overflow');
  return new Uint(value);
}
/** Strictly between the bounds, which doubles do not have exactly. */
function whole(value: number, above: number, below: number, overflow: string): bigint {
  if (!(value > above && value < below)) throw new EvaluationError(overflow);
  return BigInt(Math.trunc(value));
}
function syntax(parser: string, text: string): EvaluationError {
  return new EvaluationError(`strconv.${parser}: parsing ${JSON.stringify(text)}: invalid syntax`);
}
function range(parser: string, text: string): EvaluationError {
  return new EvaluationError(`strconv.${parser}: parsing ${JSON.stringify(text)}: value out of range`);
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

function parseBool(text: string): boolean {
  if (!TRUE.includes(text) && !FALSE.includes(text)) throw syntax('ParseBool', text);
  return TRUE.includes(text);
}
function parseInteger(text: string): bigint {
  if (!/^[-+]?\d+$/.test(text)) throw syntax('ParseInt', text);
  const value = BigInt(text.replace(/^\+/, ''));
  if (!isInt(value)) throw range('ParseInt', text);
  return value;
}
function parseUnsigned(text: string): Uint {
  if (!/^\d+$/.test(text)) throw syntax('ParseUint', text);
  if (!isUint(BigInt(text))) throw range('ParseUint', text);
  return new Uint(BigInt(text));
}
function parseDouble(text: string): number {
  const special = /^([-+]?)(?:(inf|infinity)|nan)$/i.exec(text);
  if (special) return special[2] ? Number(`${special[1]}Infinity`) : NaN;
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) throw syntax('ParseFloat', text);
  return Number(text);
}
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new EvaluationError('invalid UTF-8 in bytes, cannot convert to string');
  }
}

/** As Go's `%g` writes it: an exponent from 1e21 on and below 1e-4, of two digits. */
export function formatDouble(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e21) ? value.toExponential() : String(value);
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}

export const conversions: readonly Overload[] = [
  func('bool', ['bool'], 'bool', (a) => a),
  func('bool', ['string'], 'bool', parseBool),
  func('bytes', ['bytes'], 'bytes', (a) => a),
  func('bytes', ['string'], 'bytes', (a) => new TextEncoder().encode(a), (a) => a.length / 10),
  func('double', ['double'], 'double', (a) => a),
  func('double', ['int'], 'double', Number),
  func('double', ['uint'], 'double', (a) => Number(a.value)),
  func('double', ['string'], 'double', parseDouble),
  func('duration', ['duration'], 'duration', (a) => a),
  func('duration', ['string'], 'duration', parseDuration),
  func('int', ['int'], 'int', (a) => a),
  func('int', ['uint'], 'int', (a) => toInt(a.value)),
  func('int', ['double'], 'int', (a) => whole(a, -(2 ** 63), 2 ** 63, 'integer overflow')),
  func('int', ['string'], 'int', parseInteger),
  func('int', ['duration'], 'int', (a) => a.ns),
  func('int', ['timestamp'], 'int', (a) => a.ns / SECOND),
  func('uint', ['uint'], 'uint', (a) => a),
  func('uint', ['int'], 'uint', toUint),
  func('uint', ['double'], 'uint', (a) => toUint(whole(a, -Number.MIN_VALUE, 2 ** 64, 'unsigned integer overflow'))),
  func('uint', ['string'], 'uint', parseUnsigned),
  func('string', ['string'], 'string', (a) => a),
  func('string', ['bool'], 'string', String),
  func('string', ['int'], 'string', String),
  func('string', ['uint'], 'string', (a) => String(a.value)),
  func('string', ['double'], 'string', formatDouble),
  func('string', ['bytes'], 'string', decode, (a) => a.length / 10),
  func('string', ['duration'], 'string', formatSeconds),
  func('string', ['timestamp'], 'string', formatTimestamp),
  func('timestamp', ['timestamp'], 'timestamp', (a) => a),
  func('timestamp', ['int'], 'timestamp', (a) => newTimestamp(a * SECOND)),
  func('timestamp', ['string'], 'timestamp', parseTimestamp),
];
