/**
 * `'%s has %d'.format([name, count])`.
 *
 * Upstream: github.com/google/cel-go/ext/formatting.go.
 */
import { EvaluationError } from '../source.ts';
import { formatSeconds, formatTimestamp } from '../time.ts';
import { Duration, isList, isMap, Timestamp, typeName, TypeValue, Uint } from '../values.ts';
import type { MapKey, Value } from '../values.ts';
import { formatDouble } from './conversions.ts';

const MAX_PRECISION = 1000;

export function format(pattern: string, args: readonly Value[]): string {
  let used = 0;
  return pattern.replace(/%(?:%|(\.\d*)?([^])?)/gu, (all, precision: string | undefined, verb: string | undefined) => {
    if (all === '%%') return '%';
    if (verb === undefined) throw new EvaluationError('could not parse formatting clause: unexpected end of string');
    const arg = args[used++];
    if (arg === undefined) throw new EvaluationError(`index ${used - 1} out of range`);
    return clause(verb, arg, precision);
  });
}

function clause(verb: string, arg: Value, precision?: string): string {
  const digits = Number(precision?.slice(1) || 6);
  if (digits > MAX_PRECISION) throw new EvaluationError(`error during formatting: precision must be at most ${MAX_PRECISION}`);
  const wrong = (what: string) => new EvaluationError(`error during formatting: ${what}, was given ${typeName(arg)}`);
  switch (verb) {
    case 's':
      return text(arg);
    case 'd':
      if (typeof arg === 'bigint') return String(arg);
      if (arg instanceof Uint) return String(arg.value);
      if (typeof arg === 'number') return text(arg);
      throw wrong('decimal clause can only be used on integers');
    case 'f':
    case 'e': {
      const number = arg instanceof Uint ? Number(arg.value) : typeof arg === 'bigint' || typeof arg === 'number' ? Number(arg) : undefined;
      if (number === undefined) throw wrong(`${verb === 'f' ? 'fixed-point' : 'scientific'} clause can only be used on doubles`);
      if (!Number.isFinite(number)) return text(number);
      return verb === 'f' ? fixed(number, Math.min(digits, 100)) : number.toExponential(Math.min(digits, 100)).replace(/e([-+])(\d)$/, 'e$10$2');
    }
    case 'b':
      if (typeof arg === 'boolean') return arg ? '1' : '0';
      return radix(arg, 2, wrong('only integers and bools can be formatted as binary'));
    case 'o':
      return radix(arg, 8, wrong('octal clause can only be used on integers'));
    case 'x':
      return hex(arg, wrong('only integers, byte buffers, and strings can be formatted as hex'));
    case 'X':
      return hex(arg, wrong('only integers, byte buffers, and strings can be formatted as hex')).toUpperCase();
  }
  throw new EvaluationError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
}

/** What lies just between two is rounded to the even one, as Go does. */
function fixed(number: number, digits: number): string {
  const exact = number.toFixed(100);
  const end = exact.indexOf('.') + (digits > 0 ? 1 + digits : 0);
  const between = /^50*$/.test(exact.slice(end).replace('.', ''));
  return between && /[02468]$/.test(exact.slice(0, end)) ? exact.slice(0, end) : number.toFixed(digits);
}

function radix(arg: Value, base: number, error: EvaluationError): string {
  if (typeof arg !== 'bigint' && !(arg instanceof Uint)) throw error;
  return (typeof arg === 'bigint' ? arg : arg.value).toString(base);
}

const bytesToHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function hex(arg: Value, error: EvaluationError): string {
  if (typeof arg === 'string') return bytesToHex(new TextEncoder().encode(arg));
  return arg instanceof Uint8Array ? bytesToHex(arg) : radix(arg, 16, error);
}

function text(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? formatDouble(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Duration) return formatSeconds(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof TypeValue) return value.type;
  if (isList(value)) return `[${value.map(text).join(', ')}]`;
  if (isMap(value)) return `{${[...value].map(([key, each]) => `${text(key)}: ${text(each)}`).sort().join(', ')}}`;
  throw new EvaluationError(`error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${typeName(value satisfies Value | MapKey)}`);
}
