/**
 * Conditions as newer kinds have them.
 *
 * Upstream: ValidateConditions of k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go.
 */
import { int, text } from '../access.ts';
import type { Fields } from '../access.ts';
import { duplicate, invalid, notSupported, required, tooLong } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import { byteLength, isQualifiedName, regexError } from '../names.ts';
import { check, eachSliceVal } from './checks.ts';

const statuses = ['False', 'True', 'Unknown'];
const reasonFormat = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const noReason = regexError(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  reasonFormat, 'my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB',
);

const limit = (value: string, max: number, at: Path) => (byteLength(value) > max ? [tooLong(at, max)] : []);

function validateReason(reason: string, at: Path): FieldError[] {
  return reason === '' ? [required(at)] : [...check(new RegExp(`^${reasonFormat}$`).test(reason) ? [] : [noReason], reason, at), ...limit(reason, 1024, at)];
}

export function validateConditions(conditions: Fields[], path: Path): FieldError[] {
  const types = conditions.map((condition) => text(condition, 'type'));
  return eachSliceVal(conditions, path, (condition, at, i) => {
    const type = types[i] ?? '';
    const [status, generation] = [text(condition, 'status'), int(condition, 'observedGeneration') ?? 0];
    return [
      ...(types.indexOf(type) < i ? [duplicate(at.child('type'), type)] : []),
      ...check(isQualifiedName(type), type, at.child('type')),
      ...(statuses.includes(status) ? [] : [notSupported(at.child('status'), status, statuses)]),
      ...(generation < 0 ? [invalid(at.child('observedGeneration'), generation, 'must be greater than or equal to zero')] : []),
      ...(text(condition, 'lastTransitionTime') === '' ? [required(at.child('lastTransitionTime'))] : []),
      ...validateReason(text(condition, 'reason'), at.child('reason')),
      ...limit(text(condition, 'message'), 32 * 1024, at.child('message')),
    ];
  });
}
