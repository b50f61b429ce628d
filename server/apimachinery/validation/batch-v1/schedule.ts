/**
 * Schedules of CronJobs.
 *
 * Upstream: validateScheduleFormat and validateTimeZone of pkg/apis/batch/validation/validation.go, over
 * github.com/robfig/cron (ParseStandard). Leaves out the dates that a schedule means.
 */
import { invalid } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { quote } from '../../quote.ts';

interface Bounds {
  min: number;
  max: number;
  names: string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: Bounds[] = [
  { min: 0, max: 59, names: [] }, { min: 0, max: 23, names: [] }, { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: months }, { min: 0, max: 6, names: days },
];
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

function parseInteger(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`failed to parse int from ${text}: strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
  const n = Number(text);
  if (n < 0) throw new Error(`negative number (${n}) not allowed: ${text}`);
  return n;
}

function parseValue(text: string, { min, names }: Bounds): number {
  const named = names.indexOf(text.toLowerCase());
  return named < 0 ? parseInteger(text) : named + min;
}

function endOf(range: string[], step: string | undefined, start: number, bounds: Bounds): number {
  if (range[0] === '*' || range[0] === '?') return bounds.max;
  if (range[1] !== undefined) return parseValue(range[1], bounds);
  return step === undefined ? start : bounds.max;
}

function checkRange(expr: string, bounds: Bounds): void {
  const [span = '', step, ...steps] = expr.split('/');
  const range = span.split('-');
  const star = range[0] === '*' || range[0] === '?';
  if (!star && range.length > 2) throw new Error(`too many hyphens: ${expr}`);
  const start = star ? bounds.min : parseValue(range[0] ?? '', bounds);
  let end = endOf(range, undefined, start, bounds);
  if (steps.length > 0) throw new Error(`too many slashes: ${expr}`);
  const every = step === undefined ? 1 : parseInteger(step);
  if (step !== undefined) end = endOf(range, step, start, bounds);
  if (start < bounds.min) throw new Error(`beginning of range (${start}) below minimum (${bounds.min}): ${expr}`);
  if (end > bounds.max) throw new Error(`end of range (${end}) above maximum (${bounds.max}): ${expr}`);
  if (start > end) throw new Error(`beginning of range (${start}) beyond end of range (${end}): ${expr}`);
  if (every === 0) throw new Error(`step of range should be a positive number: ${expr}`);
}

function checkDescriptor(spec: string): void {
  if (descriptors.includes(spec)) return;
  if (!spec.startsWith('@every ')) throw new Error(`unrecognized descriptor: ${spec}`);
  const duration = spec.slice('@every '.length);
  if (!/^[+-]?(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/.test(duration)) throw new Error(`failed to parse duration ${spec}: time: invalid duration ${quote(duration)}`);
}

/** Throws the parser's error. */
function checkSchedule(schedule: string): void {
  if (schedule === '') throw new Error('empty spec string');
  const [, zone, rest] = /^(?:CRON_)?TZ=(\S*)\s*(.*)$/.exec(schedule) ?? [];
  if (zone !== undefined && !isTimeZone(zone)) throw new Error(`provided bad location ${zone}: unknown time zone ${zone}`);
  const spec = rest ?? schedule;
  if (spec.startsWith('@')) return checkDescriptor(spec);
  const parts = spec.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== fields.length) throw new Error(`expected exactly ${fields.length} fields, found ${parts.length}: [${parts.join(' ')}]`);
  parts.forEach((part, i) => {
    const bounds = fields[i];
    if (bounds) for (const expr of part.split(',').filter((e) => e !== '')) checkRange(expr, bounds);
  });
}

function isTimeZone(name: string): boolean {
  if (['', 'UTC', 'Local'].includes(name)) return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export function validateSchedule(schedule: string, mayHaveZone: boolean, timeZone: unknown, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  try {
    checkSchedule(schedule);
  } catch (err) {
    errors.push(invalid(path, schedule, err instanceof Error ? err.message : String(err)));
  }
  if (!schedule.includes('TZ')) return errors;
  if (!mayHaveZone) return [...errors, invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
  return timeZone === undefined ? errors : [...errors, invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule')];
}

export function validateTimeZone(timeZone: unknown, path: Path): FieldError[] {
  if (typeof timeZone !== 'string') return [];
  if (timeZone === '') return [invalid(path, timeZone, 'timeZone must be nil or non-empty string')];
  const unknown = [invalid(path, timeZone, `unknown time zone ${timeZone}`)];
  if (timeZone.split('/').some((part) => /^(?:\.\.?|-.*)$/.test(part) || !/^[A-Za-z._0-9+-]{1,14}$/.test(part))) return unknown;
  const local = timeZone.toLowerCase() === 'local' ? [invalid(path, timeZone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')] : [];
  return isTimeZone(timeZone) ? local : [...local, ...unknown];
}
