/**
 * When failed pods count, and when a Job has succeeded.
 *
 * Upstream: validatePodFailurePolicy, validateSuccessPolicy of pkg/apis/batch/validation/validation.go.
 */
import { int, isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { duplicate, invalid, notSupported, required, tooLong, tooMany } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { quote } from '../../quote.ts';
import { eachSliceVal, invalidOmitted, validateNonnegativeField, validateQualifiedName } from '../checks.ts';
import { countIndexes } from './indexes.ts';

/** One of several values; an empty one is told with those that are. */
function validateOneOf(value: string, supported: readonly string[], at: Path): FieldError[] {
  if (value === '') return [required(at, `valid values: [${supported.map(quote).join(' ')}]`)];
  return supported.includes(value) ? [] : [notSupported(at, value, supported)];
}

function validateExitCodes(codes: Fields, containers: string[], path: Path): FieldError[] {
  const operator = text(codes, 'operator');
  const name = codes['containerName'];
  const values = Array.isArray(codes['values']) ? codes['values'].filter((v) => typeof v === 'number') : [];
  const at = path.child('values');
  const errors = validateOneOf(operator, ['In', 'NotIn'], path.child('operator'));
  if (typeof name === 'string' && !containers.includes(name)) errors.push(invalid(path.child('containerName'), name, 'must be one of the container or initContainer names in the pod template'));
  if (values.length === 0) errors.push(invalid(at, codes['values'] ?? null, 'at least one value is required'));
  else if (values.length > 255) errors.push(tooMany(at, values.length, 255));
  values.forEach((value, i) => {
    if (operator === 'In' && value === 0) errors.push(invalid(at.index(i), value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < i) errors.push(duplicate(at.index(i), value));
  });
  return values.some((value, i) => i > 0 && (values[i - 1] ?? 0) > value) ? [...errors, invalid(at, values, 'must be ordered')] : errors;
}

function validateConditions(patterns: Fields[], path: Path): FieldError[] {
  const many = patterns.length > 20 ? [tooMany(path, patterns.length, 20)] : [];
  return [...many, ...eachSliceVal(patterns, path, (pattern, at) => [
    ...validateQualifiedName(text(pattern, 'type'), at.child('type')),
    ...validateOneOf(text(pattern, 'status'), ['False', 'True', 'Unknown'], at.child('status')),
  ])];
}

function validateFailureRule(rule: Fields, spec: Fields, containers: string[], path: Path): FieldError[] {
  const action = text(rule, 'action');
  const exitCodes = rule['onExitCodes'];
  const conditions = structs(rule, 'onPodConditions');
  const errors = validateOneOf(action, ['Count', 'FailIndex', 'FailJob', 'Ignore'], path.child('action'));
  if (action === 'FailIndex' && spec['backoffLimitPerIndex'] === undefined) errors.push(invalid(path.child('action'), action, 'requires the backoffLimitPerIndex to be set'));
  if (isFields(exitCodes)) errors.push(...validateExitCodes(exitCodes, containers, path.child('onExitCodes')));
  errors.push(...validateConditions(conditions, path.child('onPodConditions')));
  if (isFields(exitCodes) && conditions.length > 0) errors.push(invalidOmitted(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!isFields(exitCodes) && conditions.length === 0) errors.push(invalidOmitted(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

export function validatePodFailurePolicy(spec: Fields, path: Path): FieldError[] {
  const rules = structs(struct(spec, 'podFailurePolicy'), 'rules');
  const pod = struct(struct(spec, 'template'), 'spec');
  const containers = [...structs(pod, 'containers'), ...structs(pod, 'initContainers')].map((c) => text(c, 'name'));
  const many = rules.length > 20 ? [tooMany(path.child('rules'), rules.length, 20)] : [];
  return [...many, ...eachSliceVal(rules, path.child('rules'), (rule, at) => validateFailureRule(rule, spec, containers, at))];
}

function validateSuccessRule(rule: Fields, completions: number, path: Path): FieldError[] {
  const count = int(rule, 'succeededCount');
  const indexes = rule['succeededIndexes'];
  const errors = count === undefined && indexes === undefined ? [required(path, 'at least one of succeededCount or succeededIndexes must be specified')] : [];
  let total = 0;
  if (typeof indexes === 'string') {
    const at = path.child('succeededIndexes');
    if (indexes.length > 64 * 1024) errors.push(tooLong(at, 64 * 1024));
    try {
      total = countIndexes(indexes, completions);
    } catch (err) {
      errors.push(invalid(at, indexes, `error parsing succeededIndexes: ${err instanceof Error ? err.message : String(err)}`));
    }
  }
  if (count === undefined) return errors;
  const at = path.child('succeededCount');
  errors.push(...validateNonnegativeField(count, at));
  if (count > completions) errors.push(invalid(at, count, `must be less than or equal to ${completions} (the number of specified completions)`));
  if (indexes !== undefined && count > total) errors.push(invalid(at, count, `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`));
  return errors;
}

export function validateSuccessPolicy(spec: Fields, path: Path): FieldError[] {
  const rules = structs(struct(spec, 'successPolicy'), 'rules');
  const at = path.child('rules');
  const none = rules.length === 0 ? [required(at, 'at least one rules must be specified when the successPolicy is specified')] : [];
  const many = rules.length > 20 ? [tooMany(at, rules.length, 20)] : [];
  return [...none, ...many, ...eachSliceVal(rules, at, (rule, own) => validateSuccessRule(rule, int(spec, 'completions') ?? 0, own))];
}
