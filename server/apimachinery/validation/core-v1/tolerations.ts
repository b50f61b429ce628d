/**
 * Taints that pods bear.
 *
 * Upstream: ValidateTolerations of pkg/apis/core/validation/validation.go.
 */
import { texts } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, notSupported } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isQualifiedName, isValidLabelValue } from '../../names.ts';
import { check, eachSliceVal } from '../checks.ts';

function validateToleration(toleration: Fields, path: Path): FieldError[] {
  const [key, operator, value, effect] = texts(toleration, 'key', 'operator', 'value', 'effect');
  const at = path.child('operator');
  const errors = key === '' ? [] : check(isQualifiedName(key), key, path.child('key'));
  if (key === '' && operator !== 'Exists') errors.push(invalid(at, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"'));
  if (toleration['tolerationSeconds'] !== undefined && effect !== 'NoExecute') errors.push(invalid(path.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
  if (operator === 'Equal' || operator === '') {
    const reasons = isValidLabelValue(value);
    if (reasons.length > 0) errors.push(invalid(at, value, reasons.join(';')));
  } else if (operator === 'Exists') {
    if (value !== '') errors.push(invalid(at, value, "value must be empty when `operator` is 'Exists'"));
  } else {
    errors.push(notSupported(at, operator, operator === 'Lt' || operator === 'Gt' ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists']));
  }
  const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
  return effect === '' || effects.includes(effect) ? errors : [...errors, notSupported(path.child('effect'), effect, effects)];
}

export function validateTolerations(tolerations: Fields[], path: Path): FieldError[] {
  return eachSliceVal(tolerations, path, validateToleration);
}
