/**
 * Instants and spans as texts: RFC 3339, and Go's `1h30m`.
 *
 * Upstream: time.ParseDuration, time.Time and time.Duration of Go.
 */
import { EvaluationError } from './source.ts';
import { Duration, Timestamp } from './values.ts';

const SECOND = 1_000_000_000n;
const UNITS: Readonly<Record<string, bigint>> = { ns: 1n, us: 1000n, 'µs': 1000n, 'μs': 1000n, ms: 1_000_000n, s: SECOND, m: 60n * SECOND, h: 3600n * SECOND };
const MAX = (1n << 63n) - 1n;
const FIRST = -62135596800n * SECOND;
const AFTER_LAST = 253402300800n * SECOND;

export function parseDuration(text: string): Duration {
  const invalid = (why: string) => new EvaluationError(`time: ${why} ${JSON.stringify(text)}`);
  const [, sign, body = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return new Duration(0n);
  if (body === '' || !/^(?:(?:\d+(?:\.\d*)?|\.\d+)[^\d.]+)+$/.test(body)) throw invalid(/^\d+(?:\.\d*)?$/.test(body) ? 'missing unit in duration' : 'invalid duration');
  let ns = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/(\d*)\.?(\d*)([^\d.]+)/g)) {
    const size = UNITS[unit];
    if (size === undefined) throw invalid(`unknown unit ${JSON.stringify(unit)} in duration`);
    ns += BigInt(whole || 0) * size + (fraction ? (BigInt(fraction) * size) / 10n ** BigInt(fraction.length) : 0n);
  }
  if (ns > MAX) throw invalid('invalid duration');
  return new Duration(sign === '-' ? -ns : ns);
}

/** As expressions show one: in seconds. */
export function formatSeconds({ ns }: Duration): string {
  return `${ns < 0n ? '-' : ''}${decimal(ns < 0n ? -ns : ns)}s`;
}

function decimal(ns: bigint): string {
  const fraction = (ns % SECOND).toString().padStart(9, '0').replace(/0+$/, '');
  return fraction ? `${ns / SECOND}.${fraction}` : `${ns / SECOND}`;
}

export function parseTimestamp(text: string): Timestamp {
  const [, date, time, fraction = '', zone = ''] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const ms = date === undefined ? NaN : Date.parse(`${date}T${time}${zone}`);
  // what Date rolls over is no date
  if (Number.isNaN(ms) || new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date) throw new EvaluationError(`invalid timestamp ${JSON.stringify(text)}`);
  return newTimestamp(BigInt(ms) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0')));
}

/** Throws beyond the years 1 and 9999. */
export function newTimestamp(ns: bigint): Timestamp {
  if (ns < FIRST || ns >= AFTER_LAST) throw new EvaluationError('timestamp overflow');
  return new Timestamp(ns);
}

export function formatTimestamp({ ns }: Timestamp): string {
  const part = ((ns % SECOND) + SECOND) % SECOND;
  const fraction = part.toString().padStart(9, '0').replace(/0+$/, '');
  const whole = new Date(Number((ns - part) / 1_000_000n)).toISOString().slice(0, 19);
  return `${whole}${fraction && `.${fraction}`}Z`;
}
