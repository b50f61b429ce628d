/**
 * Selectors of nodes.
 *
 * Upstream: ValidateNodeSelector, ValidateNodeSelectorTerm, ValidateNodeSelectorRequirement and
 * ValidatePreferredSchedulingTerms of pkg/apis/core/validation/validation.go.
 */
import { int, isFields, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from '../../names.ts';
import { check, eachSliceVal } from '../checks.ts';

function validateCount(operator: string, values: string[], path: Path): FieldError[] {
  const at = path.child('values');
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0) return [required(at, "must be specified when `operator` is 'In' or 'NotIn'")];
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) return [forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  if ((operator === 'Gt' || operator === 'Lt') && values.length !== 1) return [required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
  return ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'].includes(operator) ? [] : [invalid(path.child('operator'), operator, 'not a valid selector operator')];
}

function validateExpression(requirement: Fields, anyValue: boolean, path: Path): FieldError[] {
  const [key, values] = [text(requirement, 'key'), strings(requirement, 'values')];
  return [
    ...validateCount(text(requirement, 'operator'), values, path),
    ...check(isQualifiedName(key), key, path.child('key')),
    ...eachSliceVal(anyValue ? [] : values, path.child('values'), (value, at) => check(isValidLabelValue(value), value, at)),
  ];
}

function validateField(requirement: Fields, path: Path): FieldError[] {
  const [key, operator, values] = [text(requirement, 'key'), text(requirement, 'operator'), strings(requirement, 'values')];
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') errors.push(invalid(path.child('operator'), operator, 'not a valid selector operator'));
  else if (values.length !== 1) errors.push(required(path.child('values'), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  if (key !== 'metadata.name') return [...errors, invalid(path.child('key'), key, 'not a valid field selector key')];
  return [...errors, ...eachSliceVal(values, path.child('values'), (value, at) => check(isDNS1123Subdomain(value), value, at))];
}

/** Preferences may be for any value. */
function validateNodeSelectorTerm(term: Fields, path: Path, anyValue = false): FieldError[] {
  return [
    ...eachSliceVal(structs(term, 'matchExpressions'), path.child('matchExpressions'), (r, at) => validateExpression(r, anyValue, at)),
    ...eachSliceVal(structs(term, 'matchFields'), path.child('matchFields'), validateField),
  ];
}

export function validateNodeSelector(selector: unknown, path: Path): FieldError[] {
  if (!isFields(selector)) return [];
  const terms = structs(selector, 'nodeSelectorTerms');
  const at = path.child('nodeSelectorTerms');
  return terms.length === 0 ? [required(at, 'must have at least one node selector term')] : eachSliceVal(terms, at, (term, own) => validateNodeSelectorTerm(term, own));
}

export function validatePreferredSchedulingTerms(terms: Fields[], path: Path): FieldError[] {
  return eachSliceVal(terms, path, (term, at) => {
    const weight = int(term, 'weight') ?? 0;
    return [...(weight > 0 && weight <= 100 ? [] : [invalid(at.child('weight'), weight, 'must be in the range 1-100')]), ...validateNodeSelectorTerm(struct(term, 'preference'), at.child('preference'), true)];
  });
}
