/**
 * How a text or a number is written in YAML: what has to be quoted, and by which quotes.
 *
 * Upstream: goyaml.v2's encode.go (stringv, floatv), resolve.go and yaml_emitter_analyze_scalar in emitterc.go. Leaves
 * out line breaks other than \n: a text with U+2028 or U+2029 is escaped.
 */
import { byteLength } from '../names.ts';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

/** Reads a plain scalar as YAML 1.1 does, to see whether it would come back as something other than text. */
const notText = [
  /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF|~|null|Null|NULL|)$/,
  /^[-+]?\.(?:inf|Inf|INF)$/,
  /^\.(?:nan|NaN|NAN)$/,
  // base 60, which nobody reads as a number any longer
  /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/,
  /^\.\d+(?:[eE][-+]?\d+)?$/,
];
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const otherBase = /^([-+]?)(0[bB][01]+|0[oO][0-7]+|0[xX][\da-fA-F]+)$/;
const date = /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]\d\d?:\d\d?:\d\d?(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)| \d\d?:\d\d?:\d\d?(?:\.\d+)?)?$/;

function readsAsText(text: string): boolean {
  if (notText.some((pattern) => pattern.test(text)) || isDate(text)) return false;
  if (!/^[-+\d]/.test(text)) return true;
  const digits = text.replaceAll('_', '');
  return !float.test(digits) && !isInteger(digits);
}

function isInteger(digits: string): boolean {
  const [, sign, magnitude] = otherBase.exec(digits) ?? [];
  if (magnitude === undefined) return false;
  const value = BigInt(magnitude.toLowerCase());
  return value <= (sign === '' ? 2n ** 64n - 1n : sign === '-' ? 2n ** 63n : 2n ** 63n - 1n);
}

function isDate(text: string): boolean {
  const [, year, month, day] = date.exec(text) ?? [];
  if (year === undefined) return false;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day);
}

export function scalarStyle(text: string, isKey: boolean): ScalarStyle {
  // neither control characters nor what lies beyond the first plane
  const isSpecial = /[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text) || text.includes(' \n');
  if (isSpecial) return 'double';
  if (text.includes('\n')) return isKey || text.endsWith(' ') ? 'double' : 'literal';
  if (!readsAsText(text)) return 'double';
  const isIndicator = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?: |$)| )|:(?: |$)| #| $/.test(text);
  return isIndicator ? 'single' : 'plain';
}

/** A longer key, or one of several lines, stands behind a question mark. */
export const isSimpleKey = (key: string) => !key.includes('\n') && byteLength(key) <= 128;

/** Whole numbers stay as they are; of others strconv.FormatFloat with format g. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
