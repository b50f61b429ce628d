/**
 * `quantity('1.5Gi').isLessThan(quantity('2G'))`.
 *
 * Upstream: k8s.io/apiserver/pkg/cel/library/quantity.go and pkg/cel/quantity.go.
 */
import { addQuantity, compareQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import type { Quantity as Amount } from '../../apimachinery/quantity.ts';
import { func, method } from '../functions.ts';
import type { Overload } from '../functions.ts';
import { isInt } from '../literals.ts';
import { EvaluationError } from '../source.ts';
import { opaqueType } from '../types.ts';
import { Opaque } from '../values.ts';
import type { Value } from '../values.ts';

const NAME = 'kubernetes.Quantity';
const type = opaqueType(NAME);

class Quantity extends Opaque {
  readonly type = type;
  readonly amount: Amount;
  constructor(amount: Amount) {
    super();
    this.amount = amount;
  }
  equals(other: Opaque): boolean {
    return other instanceof Quantity && compareQuantity(this.amount, other.amount) === 0;
  }
}

function parse(text: string): Quantity {
  try {
    return new Quantity(parseQuantity(text));
  } catch (err) {
    throw new EvaluationError(err instanceof Error ? err.message : String(err));
  }
}

function isQuantity(text: string): boolean {
  try {
    return parseQuantity(text) !== undefined;
  } catch {
    return false;
  }
}

/** An overload is called only with quantities where it asks for them. */
function amount(value: Value): Amount {
  if (!(value instanceof Quantity)) throw new EvaluationError('no such overload');
  return value.amount;
}

/** Undefined of amounts that are no whole numbers of 64 bits. */
function integer(value: Value): bigint | undefined {
  const { value: digits, scale } = amount(value);
  const unit = 10n ** BigInt(Math.min(Math.abs(scale), 4096));
  if (scale < 0 && digits % unit !== 0n) return undefined;
  const whole = scale < 0 ? digits / unit : digits * unit;
  return isInt(whole) ? whole : undefined;
}

function asInteger(value: Value): bigint {
  const whole = integer(value);
  if (whole === undefined) throw new EvaluationError('cannot convert value to integer');
  return whole;
}

const fromInt = (value: bigint): Amount => ({ value, scale: 0, format: 'DecimalExponent' });
const negated = (quantity: Amount): Amount => ({ value: -quantity.value, scale: quantity.scale, format: quantity.format });
const sum = (a: Amount, b: Amount) => new Quantity(addQuantity(a, b));

export const quantities: readonly Overload[] = [
  func('quantity', ['string'], NAME, parse, (text) => text.length / 10),
  func('isQuantity', ['string'], 'bool', isQuantity, (text) => text.length / 10),
  method('sign', [NAME], 'int', (a) => BigInt(compareQuantity(amount(a), fromInt(0n)))),
  method('isGreaterThan', [NAME, NAME], 'bool', (a, b) => compareQuantity(amount(a), amount(b)) > 0),
  method('isLessThan', [NAME, NAME], 'bool', (a, b) => compareQuantity(amount(a), amount(b)) < 0),
  method('compareTo', [NAME, NAME], 'int', (a, b) => BigInt(compareQuantity(amount(a), amount(b)))),
  method('asApproximateFloat', [NAME], 'double', (a) => Number(`${amount(a).value}e${amount(a).scale}`)),
  method('asInteger', [NAME], 'int', asInteger),
  method('isInteger', [NAME], 'bool', (a) => integer(a) !== undefined),
  method('add', [NAME, NAME], NAME, (a, b) => sum(amount(a), amount(b))),
  method('add', [NAME, 'int'], NAME, (a, b) => sum(amount(a), fromInt(b))),
  method('sub', [NAME, NAME], NAME, (a, b) => sum(amount(a), negated(amount(b)))),
  method('sub', [NAME, 'int'], NAME, (a, b) => sum(amount(a), fromInt(-b))),
];
