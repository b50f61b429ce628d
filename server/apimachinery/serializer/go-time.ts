/**
 * Times as Go reads and writes them in API objects: RFC 3339 in UTC, to the second (Time) or the microsecond (MicroTime).
 *
 * Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/time.go and micro_time.go, time.Parse. Leaves out leap seconds.
 */
const layouts = { time: '2006-01-02T15:04:05Z07:00', microTime: '2006-01-02T15:04:05.000000Z07:00' };
const parts: [element: string, pattern: RegExp][] = [
  ['2006', /^\d{4}/], ['-', /^-/], ['01', /^\d\d/], ['-', /^-/], ['02', /^\d\d/], ['T', /^T/],
  ['15', /^\d\d/], [':', /^:/], ['04', /^\d\d/], [':', /^:/], ['05', /^\d\d/],
];
const zone = /^(?:Z|[+-]\d\d:\d\d)/;
const ranges: [name: string, at: number, from: number, to: number][] = [['month', 5, 1, 12], ['hour', 11, 0, 23], ['minute', 14, 0, 59], ['second', 17, 0, 59]];

/** The form in which the server writes a time; throws Go's error for text that is none. */
export function canonicalizeTime(kind: 'time' | 'microTime', text: string): string {
  const layout = layouts[kind];
  const fail = (why: string) => new Error(`parsing time ${JSON.stringify(text)}${why}`);
  const missing = (rest: string, element: string) => fail(` as "${layout}": cannot parse ${JSON.stringify(rest)} as "${element}"`);
  let rest = text;
  for (const [element, pattern] of parts) {
    const match = pattern.exec(rest);
    if (!match) throw missing(rest, element);
    rest = rest.slice(match[0].length);
  }
  const fraction = /^[.,]\d+/.exec(rest)?.[0] ?? '';
  if (kind === 'microTime' && fraction.length !== 7) throw missing(rest, '.000000');
  rest = rest.slice(fraction.length);
  const offset = zone.exec(rest)?.[0];
  if (offset === undefined) throw missing(rest, 'Z07:00');
  if (rest !== offset) throw fail(`: extra text: ${JSON.stringify(rest.slice(offset.length))}`);
  for (const [name, at, from, to] of ranges) {
    const value = Number(text.slice(at, at + 2));
    if (value < from || value > to) throw fail(`: ${name} out of range`);
  }
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  if (day < 1 || day > new Date(Date.UTC(year || 4, month, 0)).getUTCDate()) throw fail(': day out of range');
  const utc = offset === 'Z' ? text.slice(0, 19) : new Date(`${text.slice(0, 19)}${offset}`).toISOString().slice(0, 19);
  return kind === 'time' ? `${utc}Z` : `${utc}.${fraction.slice(1)}Z`;
}

/** Seconds since the epoch and the microseconds beyond them. */
export function splitTime(text: string): { seconds: number; micros: number } {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return { seconds: Date.parse(`${text.slice(0, 19)}Z`) / 1000, micros: Number(fraction.slice(0, 6).padEnd(6, '0')) };
}

export function joinTime(kind: 'time' | 'microTime', seconds: number, micros: number): string {
  const utc = new Date(seconds * 1000).toISOString().slice(0, 19);
  return kind === 'time' ? `${utc}Z` : `${utc}.${String(micros).padStart(6, '0')}Z`;
}

/** RFC 3339 in whole seconds, as metav1.Time is written. */
export function formatTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
