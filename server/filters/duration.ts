/**
 * Durations as Go writes and reads them: `1h2m3.5s`.
 *
 * Upstream: Go's time.ParseDuration and Duration.String. In milliseconds here; less than a microsecond is lost.
 */
import { quote } from '../apimachinery/quote.ts';

const units: Record<string, number> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, 'μs': 1e-3, ms: 1, s: 1e3, m: 60e3, h: 3600e3 };

/** Throws Go's error. */
export function parseDuration(text: string): number {
  const [, sign, body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0;
  if (body === '') throw new Error(`time: invalid duration ${quote(text)}`);
  let ms = 0;
  for (let rest = body; rest !== ''; ) {
    const [all = '', number = '', unit = ''] = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest) ?? [];
    if (number === '') throw new Error(`time: invalid duration ${quote(text)}`);
    if (unit === '') throw new Error(`time: missing unit in duration ${quote(text)}`);
    const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (factor === undefined) throw new Error(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    ms += Number(number) * factor;
    rest = rest.slice(all.length);
  }
  return sign === '-' ? -ms : ms;
}

export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return '0s';
  if (ms < 1) return `${Math.round(ms * 1e6) / 1e3}µs`;
  if (ms < 1000) return `${Math.round(ms * 1e6) / 1e6}ms`;
  const hours = Math.floor(ms / 3600e3);
  const minutes = Math.floor(ms / 60e3) % 60;
  const seconds = `${Math.round((ms % 60e3) * 1e6) / 1e9}s`;
  return hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
