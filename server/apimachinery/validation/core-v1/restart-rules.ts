/**
 * Containers that start again by rules of their own.
 *
 * Upstream: validateContainerRestartPolicy, validateInitContainerRestartPolicy of pkg/apis/core/validation/validation.go.
 */
import { isFields, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { notSupported, required, tooMany } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { eachSliceVal } from '../checks.ts';

const policies = ['Always', 'Never', 'OnFailure'];
const actions = ['Restart', 'RestartAllContainers'];
const operators = ['In', 'NotIn'];

function validateRule(rule: Fields, path: Path): FieldError[] {
  const [action, codes] = [text(rule, 'action'), rule['exitCodes']];
  const errors = actions.includes(action) ? [] : [notSupported(path.child('action'), action, actions)];
  const at = path.child('exitCodes');
  if (!isFields(codes)) return [...errors, required(at, 'must be specified')];
  const [operator, { values }] = [text(codes, 'operator'), codes];
  if (!operators.includes(operator)) errors.push(notSupported(at.child('operator'), operator, operators));
  return Array.isArray(values) && values.length > 255 ? [...errors, tooMany(at.child('values'), values.length, 255)] : errors;
}

/** An init container without a policy is told that alone. */
export function validateRestartRules(container: Fields, isInit: boolean, path: Path): FieldError[] {
  const policy = container['restartPolicy'];
  const rules = structs(container, 'restartPolicyRules');
  if (policy === undefined && rules.length === 0) return [];
  const at = path.child('restartPolicy');
  const missing = policy === undefined ? [required(at, 'must specify restartPolicy when restart rules are used')] : [];
  if (isInit && missing.length > 0) return missing;
  return [
    ...missing,
    ...(policy === undefined || policies.includes(String(policy)) ? [] : [notSupported(at, policy, policies)]),
    ...(rules.length > 20 ? [tooMany(path.child('restartPolicyRules'), rules.length, 20)] : []),
    ...eachSliceVal(rules, path.child('restartPolicyRules'), validateRule),
  ];
}
