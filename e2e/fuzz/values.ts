/** Values that no client should send, and the shapes that they are put into. */
import fc from 'fast-check';
import type { Random } from './random.ts';

export type JSONObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JSONObject => typeof value === 'object' && value !== null && !Array.isArray(value);

export const oddTexts: readonly string[] = [
  ...['', ' ', '\0', '\n', '\t', '-', '.', '..', '/', '//', '~', '%', '%00', '*', '$', '{}', '[]', 'null', 'true', '0', '-1', '1e3', 'NaN', '0x10', '\u202e', '\ufeff', '\ufffd', '\ud800', '\udc00\ud800'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'length'],
  ...['e\u0301', '\u{1f9e8}', 'İ', 'ß', '\u2028', 'a\u0000b', '..\\..', '../../etc/passwd', "'; drop table", '${a}', '{{a}}', '$(A)', '<script>', '&amp;', 'a=b,c!=d', 'a in (b', '!a', 'a/b/c', 'A'.repeat(64), 'a'.repeat(254)],
  ...['1Gi', '1Ki1', '1e99999', '1e999999999', '1e-999999999', '-1m', '.5', '0.0000000001', '99999999999999999999Ei', '100%', '101%', '-1%', '%%', '10.0.0.1', '010.0.0.1', '::1', '::ffff:1.2.3.4', '1.2.3.4/33', '2001:db8::/129', '80', '65536', '2026-13-45T25:61:61Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z', '2026-01-01T00:00:00+25:00', '1h', '-1h', '9999999h', '* * * * *', '*/0 * * * *', 'TZ=X * * * * *', '@every', '0 0 31 2 *', '=', 'YQ==', 'YQ', '____', '-----BEGIN CERTIFICATE-----'],
];

const oddNumbers: readonly unknown[] = [0, -0, -1, 1, 0.5, 65536, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 1e21, 1e308, -1e308, 5e-324];

/** Numbers as nobody's JavaScript writes them. */
const oddNumberTexts = ['1e400', '-0', '1E+2', '1.0', '9223372036854775807', '9223372036854775808', '-9223372036854775809', '0.1e-400', '123456789012345678901234567890', '00', '+1', '.5', '1.', 'NaN', 'Infinity', '0x1'];

const oddShapes: readonly unknown[] = [[], {}, [null], [[]], [{}], { '': null }, [[], {}, 1, 'a', null]];

/** What fast-check thinks of: JSON of any shape with keys and texts of any sort. */
const oddJSON: readonly unknown[] = fc.sample(fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }), { seed: 1, numRuns: 300 });

const oddStrings: readonly string[] = fc.sample(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), { seed: 2, numRuns: 200 });

export function oddText(random: Random): string {
  // what is long and almost right takes a careless pattern forever
  if (random.chance(0.02)) return random.pick(['a', '1', '0', 'a.', 'a-', '-', '/', ' ', '1:', '%41', '\ud800', '€', '"', '\\']).repeat(random.pick([300, 5000, 70_000])) + random.pick(['', '', '!', 'a']);
  return random.pick(random.chance(0.8) ? oddTexts : oddStrings);
}

export function oddValue(random: Random): unknown {
  switch (random.int(9)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.pick(oddNumbers);
    case 3:
      return raw(random.pick(oddNumberTexts));
    case 4:
      return structuredClone(random.pick(oddShapes));
    case 5:
      return structuredClone(random.pick(oddJSON));
    case 6:
      return random.chance(0.05) ? nested(random) : random.int(1000);
    default:
      return oddText(random);
  }
}

/** Depths around the ones at which readers give up, and those that a stack takes or does not take. */
function nested(random: Random): unknown {
  const depth = random.pick([50, 500, 2000, 6000, 9990, 9999, 10_001, 30_000]);
  const [open, close] = random.pick([['[', ']'], ['{"a":', '}'], ['[{"b":', '}]']] as const);
  return raw(`${open.repeat(depth)}1${close.repeat(depth)}`);
}

const rawMark = '\u0001raw:';
const againMark = '\u0001again:';

/** Stands in a value for JSON text that no JavaScript value is written as. */
const raw = (text: string) => `${rawMark}${text}`;

/** A key that is written like `key`, which an object then has twice. */
export const again = (key: string) => `${againMark}${key}`;

/** JSON text of a value; deeper than JSON.stringify goes there is only raw text. */
export function toJSONText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes('\\u0001')) return text;
  return text.replace(/"\\u0001again:/g, '"').replace(/"\\u0001raw:((?:[^"\\]|\\.)*)"/g, (_, inner: string) => String(JSON.parse(`"${inner}"`)));
}

/** Sets a key of any name, `__proto__` among them. */
export function define(object: JSONObject, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
