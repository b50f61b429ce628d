/**
 * Amounts of resources.
 *
 * Upstream: ValidateResourceQuantityValue, ValidateNonnegativeQuantity, ValidatePositiveQuantityValue of
 * pkg/apis/core/validation/validation.go.
 */
import { lookup, struct } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { compareQuantity, formatQuantity, milliValue, parseQuantity } from '../../quantity.ts';
import type { Quantity } from '../../quantity.ts';
import { isInteger } from './resource-names.ts';

/** Amounts by name, in the order of their names. */
export function amounts(obj: Fields, field: string): [name: string, amount: Quantity][] {
  return Object.entries(struct(obj, field)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, amount]) => [name, parseQuantity(String(amount))]);
}

/** The amount of one resource in a list, if it is there. */
export function amountOf(obj: Fields, field: string, name: string): Quantity | undefined {
  const amount = lookup(struct(obj, field), name);
  return amount === undefined ? undefined : parseQuantity(String(amount));
}

export function validateNonnegativeQuantity(amount: Quantity, path: Path): FieldError[] {
  return amount.value < 0n ? [invalid(path, formatQuantity(amount), 'must be greater than or equal to 0')] : [];
}

/** The other check that upstream has of the same, with other words. */
export function validateBasicResource(amount: Quantity, path: Path): FieldError[] {
  return amount.value < 0n ? [invalid(path, Math.ceil(milliValue(amount) / 1000), 'must be a valid resource quantity')] : [];
}

export function validatePositiveQuantity(amount: Quantity, path: Path): FieldError[] {
  return compareQuantity(amount, '0') <= 0 ? [invalid(path, formatQuantity(amount), 'must be greater than zero')] : [];
}

export function validateQuantityValue(name: string, amount: Quantity, path: Path): FieldError[] {
  const errors = validateNonnegativeQuantity(amount, path);
  return isInteger(name) && milliValue(amount) % 1000 !== 0 ? [...errors, invalid(path, formatQuantity(amount), 'must be an integer')] : errors;
}

/** Every amount of a list, its name checked by `nameFn`. */
export function validateAmounts(obj: Fields, field: string, path: Path, nameFn: (name: string, path: Path) => FieldError[]): FieldError[] {
  return amounts(obj, field).flatMap(([name, amount]) => [...nameFn(name, path.child(field).key(name)), ...validateQuantityValue(name, amount, path.child(field).key(name))]);
}
