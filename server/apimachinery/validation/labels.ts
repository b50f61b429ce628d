/**
 * Labels, annotations and label selectors of objects.
 *
 * Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go, pkg/api/validation/objectmeta.go. Where Go
 * walks a map in any order, the errors come in the order of the keys.
 */
import { stringMap, strings, structs, text } from '../access.ts';
import type { Fields } from '../access.ts';
import { forbidden, invalid, required, tooLong } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import { byteLength, isQualifiedName, isValidLabelValue } from '../names.ts';
import { check, eachSliceVal } from './checks.ts';

const totalAnnotationSizeLimit = 256 * 1024;

const sorted = (map: Record<string, string>) => Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));

export function validateLabels(labels: Record<string, string>, path: Path): FieldError[] {
  return sorted(labels).flatMap(([key, value]) => [...check(isQualifiedName(key), key, path), ...check(isValidLabelValue(value), value, path)]);
}

export function validateAnnotations(annotations: Record<string, string>, path: Path): FieldError[] {
  const errors = sorted(annotations).flatMap(([key]) => check(isQualifiedName(key.toLowerCase()), key, path));
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return size > totalAnnotationSizeLimit ? [...errors, tooLong(path, totalAnnotationSizeLimit)] : errors;
}

function validateOperator(requirement: Fields, path: Path, anyOperator: boolean): FieldError[] {
  const operator = text(requirement, 'operator');
  const values = strings(requirement, 'values');
  const at = path.child('values');
  if (operator === 'In' || operator === 'NotIn') return values.length > 0 ? [] : [required(at, "must be specified when `operator` is 'In' or 'NotIn'")];
  if (operator === 'Exists' || operator === 'DoesNotExist') return values.length === 0 ? [] : [forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  return anyOperator ? [] : [invalid(path.child('operator'), operator, 'not a valid selector operator')];
}

/** `anyOperator`: newer clients may know more of them. */
export function validateLabelRequirement(requirement: Fields, path: Path, anyOperator = false): FieldError[] {
  const [key, values] = [text(requirement, 'key'), strings(requirement, 'values')];
  return [...validateOperator(requirement, path, anyOperator), ...check(isQualifiedName(key), key, path.child('key')), ...eachSliceVal(values, path.child('values'), (value, at) => check(isValidLabelValue(value), value, at))];
}

export function validateFieldRequirement(requirement: Fields, path: Path): FieldError[] {
  return [...(text(requirement, 'key') === '' ? [required(path.child('key'), 'must be specified')] : []), ...validateOperator(requirement, path, true)];
}

export function validateLabelSelector(selector: Fields, path: Path): FieldError[] {
  return [
    ...validateLabels(stringMap(selector, 'matchLabels'), path.child('matchLabels')),
    ...eachSliceVal(structs(selector, 'matchExpressions'), path.child('matchExpressions'), (r, at) => validateLabelRequirement(r, at)),
  ];
}
