/**
 * Parts of instants and spans.
 *
 * Upstream: github.com/google/cel-go/common/stdlib/standard.go. Time zones are those that the platform knows, or `+02:00`.
 */
import { method } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { EvaluationError } from '../source.ts';
import type { Timestamp } from '../values.ts';

const MILLISECOND = 1_000_000n;
const SECOND = 1000n * MILLISECOND;

/** A Date whose parts in UTC are those of the instant in the zone. */
function inZone({ ns }: Timestamp, zone = 'UTC'): Date {
  const ms = Number(ns < 0n && ns % MILLISECOND !== 0n ? ns / MILLISECOND - 1n : ns / MILLISECOND);
  const [, sign, hours, minutes] = /^([-+]?)(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (hours !== undefined) return new Date(ms + (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000);
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(ms);
    const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
    return new Date(Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'), ((ms % 1000) + 1000) % 1000));
  } catch {
    throw new EvaluationError(`unknown time zone ${zone}`);
  }
}

const DAY = 86_400_000;

const PARTS: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDayOfYear: (date) => (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY,
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDate: (date) => date.getUTCDate(),
  getDayOfWeek: (date) => date.getUTCDay(),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};

export const dates: readonly Overload[] = [
  ...Object.entries(PARTS).flatMap(([name, part]) => [
    method(name, ['timestamp'], 'int', (time) => BigInt(part(inZone(time)))),
    method(name, ['timestamp', 'string'], 'int', (time, zone) => BigInt(part(inZone(time, zone)))),
  ]),
  method('getHours', ['duration'], 'int', ({ ns }) => ns / (3600n * SECOND)),
  method('getMinutes', ['duration'], 'int', ({ ns }) => ns / (60n * SECOND)),
  method('getSeconds', ['duration'], 'int', ({ ns }) => ns / SECOND),
  method('getMilliseconds', ['duration'], 'int', ({ ns }) => ns / MILLISECOND),
];
