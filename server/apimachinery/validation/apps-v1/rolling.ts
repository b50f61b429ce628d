/**
 * Amounts in numbers or percent that rolling updates are bounded by.
 *
 * Upstream: ValidatePositiveIntOrPercent, IsNotMoreThan100Percent, getIntOrPercentValue of pkg/apis/apps/validation/validation.go.
 */
import { invalid } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isValidPercent } from '../../names.ts';
import { check, validateNonnegativeField } from '../checks.ts';

export function validatePositiveIntOrPercent(value: unknown, at: Path): FieldError[] {
  if (typeof value === 'string') return check(isValidPercent(value), value, at);
  return validateNonnegativeField(typeof value === 'number' ? value : undefined, at);
}

const percentOf = (value: unknown) => (typeof value === 'string' && isValidPercent(value).length === 0 ? Number.parseInt(value, 10) : undefined);

export const intOrPercentValue = (value: unknown) => (typeof value === 'number' ? value : (percentOf(value) ?? 0));

export function validateNotMoreThan100Percent(value: unknown, at: Path): FieldError[] {
  return (percentOf(value) ?? 0) > 100 ? [invalid(at, value, 'must not be greater than 100%')] : [];
}
