/**
 * Quantities: amounts of CPU, memory and the like, `1500m`, `0.5`, `64Mi`, `1e3`, and the one form in which each is
 * written.
 *
 * Upstream: k8s.io/apimachinery/pkg/api/resource (quantity.go, suffix.go, math.go).
 */
type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  /** The amount is `value × 10^scale`. */
  readonly value: bigint;
  readonly scale: number;
  readonly format: Format;
  /** The text it was read from, where upstream keeps it as canonical enough. */
  readonly text?: string;
}

const errFormatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const errNumeric = 'unable to parse numeric part of quantity';
const errSuffix = "unable to parse quantity's suffix";

const nano = -9;
const maxAllowed = (1n << 63n) - 1n;
const decimalSuffixes = new Map([['n', -9], ['u', -6], ['m', -3], ['', 0], ['k', 3], ['M', 6], ['G', 9], ['T', 12], ['P', 15], ['E', 18]]);
const binarySuffixes = new Map([['Ki', 10], ['Mi', 20], ['Gi', 30], ['Ti', 40], ['Pi', 50], ['Ei', 60]]);
const suffixOf = (table: Map<string, number>, exponent: number) => [...table].find(([, e]) => e === exponent)?.[0] ?? '';

/**
 * Beyond this no two amounts differ that anyone tells apart. An exponent may be as large as 2^31, and a body of digits
 * as long as bodies are: upstream calculates with them for as long as it takes.
 */
const maxDigits = 4096;
const pow10 = (n: number) => 10n ** BigInt(Math.min(n, maxDigits));
const abs = (n: bigint) => (n < 0n ? -n : n);

function interpret(suffix: string): { format: Format; exponent: number } | undefined {
  const decimal = decimalSuffixes.get(suffix);
  if (decimal !== undefined) return { format: 'DecimalSI', exponent: decimal };
  const binary = binarySuffixes.get(suffix);
  if (binary !== undefined) return { format: 'BinarySI', exponent: binary };
  const [, written] = /^[eE]([-+]?\d{1,19})$/.exec(suffix) ?? [];
  const exponent = Number(written);
  // upstream reads an int64, and takes the lower half of it
  return Math.abs(exponent) < 2 ** 63 ? { format: 'DecimalExponent', exponent: exponent | 0 } : undefined;
}

/** Brings an amount to a scale, away from zero where digits are lost. */
function roundUp(value: bigint, scale: number, to: number): bigint {
  if (scale >= to) return value * pow10(scale - to);
  if (to - scale > String(value).length) return value < 0n ? -1n : value > 0n ? 1n : 0n;
  const unit = pow10(to - scale);
  const whole = value / unit;
  if (whole * unit === value) return whole;
  return value < 0n ? whole - 1n : whole + 1n;
}

/** Throws upstream's error for text that is no quantity. */
export function parseQuantity(text: string): Quantity {
  if (text === '') throw new Error(errFormatWrong);
  // each part ends where it must: a text that is none shall not be tried in every way to part it
  const match = /^([+-]?)0*(?!0)(\d*)(?:\.(\d*))?((?:(?:[eEinumkKMGTP]+[-+]?|[-+])\d*)?)$/.exec(text);
  if (!match) throw new Error(errFormatWrong);
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  const unit = interpret(suffix);
  if (!unit) throw new Error(errSuffix);
  const digits = (whole || '0') + fraction;
  if (!/\d/.test(text) || digits.length > maxDigits) throw new Error(errNumeric);
  const { format, exponent } = unit;
  const binary = format === 'BinarySI';
  const scale = (binary ? 0 : exponent) - fraction.length;
  const value = BigInt(digits) * (binary ? 1n << BigInt(exponent) : 1n) * (sign === '-' ? -1n : 1n);
  // upstream reads short numbers in an int64 and then keeps the text of those that look canonical
  const room = binary ? 15 - (whole || '0').length - Math.trunc(exponent * 0.3) - 1 : 18 - digits.length;
  if (room >= 0 && scale >= nano && !(binary && fraction !== '')) {
    const canonical = binary ? exponent % 10 === 0 && (BigInt(digits) & 7n) !== 0n : scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
    return canonical || text === '0' ? { value, scale, format, text } : { value, scale, format };
  }
  const rounded = scale < nano ? { value: roundUp(value, scale, nano), scale: nano } : { value, scale };
  const size = cmp({ ...rounded, value: abs(rounded.value), format }, { value: maxAllowed, scale: 0, format });
  if (binary && size > 0) return { value: value < 0n ? -maxAllowed : maxAllowed, scale: 0, format };
  const belowOne = binary && rounded.value !== 0n && abs(rounded.value) < pow10(-Math.min(rounded.scale, 0));
  return { ...rounded, format: belowOne ? 'DecimalSI' : format };
}

function cmp(a: Quantity, b: Quantity): number {
  const scale = Math.min(a.scale, b.scale);
  const left = a.value * pow10(a.scale - scale);
  const right = b.value * pow10(b.scale - scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

type Amount = Quantity | string | number;

const read = (amount: Amount) => (typeof amount === 'object' ? amount : parseQuantity(String(amount).trim()));

/** -1, 0 or 1, as the first is less than, equal to or more than the second. */
export function compareQuantity(a: Amount, b: Amount): number {
  return cmp(read(a), read(b));
}

export function isZeroQuantity(amount: Amount): boolean {
  return read(amount).value === 0n;
}

function formatDecimal(q: Quantity): string {
  let { value, scale } = q;
  while (value % 10n === 0n) {
    value /= 10n;
    scale++;
  }
  const over = ((scale % 3) + 3) % 3;
  value *= pow10(over);
  scale -= over;
  if (q.format === 'DecimalExponent') return scale === 0 ? `${value}` : `${value}e${scale}`;
  return `${value}${suffixOf(decimalSuffixes, scale)}`;
}

export function formatQuantity(q: Quantity): string {
  if (q.text !== undefined) return q.text;
  if (q.value === 0n) return '0';
  const whole = q.scale >= 0 || q.value % pow10(-q.scale) === 0n;
  if (q.format !== 'BinarySI') return formatDecimal(q);
  let value = roundUp(q.value, q.scale, 0);
  if (abs(value) < 1024n || !whole) return formatDecimal({ ...q, format: 'DecimalSI' });
  let exponent = 0;
  while (value % 1024n === 0n) {
    value /= 1024n;
    exponent += 10;
  }
  return `${value}${exponent === 0 ? '' : suffixOf(binarySuffixes, exponent)}`;
}

/** The form in which the server writes an amount; JSON numbers are amounts too. */
export function canonicalizeQuantity(value: string | number): string {
  return formatQuantity(parseQuantity(String(value).trim()));
}

/** Rounds up to thousandths, as resource lists are kept. */
export function roundUpToMilli(q: Quantity): Quantity {
  if (q.scale >= -3) return q;
  return { value: roundUp(q.value, q.scale, -3), scale: -3, format: q.format };
}

export function addQuantity(a: Quantity, b: Quantity): Quantity {
  const scale = Math.min(a.scale, b.scale);
  const value = a.value * pow10(a.scale - scale) + b.value * pow10(b.scale - scale);
  return { value, scale, format: a.value === 0n ? b.format : a.format };
}

/** The amount in thousandths, rounded up. */
export const milliValue = (q: Quantity): number => Number(roundUp(q.value, q.scale, -3));
