/**
 * PriorityClasses.
 *
 * Upstream: pkg/apis/scheduling/validation/validation.go, pkg/apis/scheduling/v1/helpers.go.
 */
import { int, text } from '../access.ts';
import { forbidden, newPath } from '../field.ts';
import type { FieldError } from '../field.ts';
import type { KubeObject } from '../types.ts';
import { validateEnum, validateImmutableField } from './checks.ts';
import type { KindValidation } from './kind-validation.ts';
import { newKind } from './new-kind.ts';
import { nameIsDNSSubdomain } from './object-names.ts';

const highestUserDefinable = 1_000_000_000;
const systemClasses: Record<string, number> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 };

/** Why a class is none of the system's own; empty if it is. */
function notTheSystems(name: string, value: number, globalDefault: boolean): string {
  const expected = systemClasses[name];
  if (expected === undefined) return `${name} is not a known system priority class`;
  if (expected !== value) return `value of ${name} PriorityClass must be ${expected}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : '';
}

function validate(obj: KubeObject): FieldError[] {
  const { name = '' } = obj.metadata;
  const value = int(obj, 'value') ?? 0;
  const policy = obj['preemptionPolicy'];
  const policies = ['PreemptLowerPriority', 'Never'];
  const errors: FieldError[] = [];
  if (name.startsWith('system-')) {
    const reason = notTheSystems(name, value, obj['globalDefault'] === true);
    if (reason !== '') errors.push(forbidden(newPath('metadata', 'name'), `priority class names with 'system-' prefix are reserved for system use only. error: ${reason}`));
  } else if (value > highestUserDefinable) {
    errors.push(forbidden(newPath('value'), `maximum allowed value of a user defined priority is ${highestUserDefinable}`));
  }
  return policy === undefined ? errors : [...errors, ...validateEnum(text(obj, 'preemptionPolicy'), policies, newPath('preemptionPolicy'))];
}

export const schedulingV1: Record<string, KindValidation> = {
  PriorityClass: newKind({
    namespaced: false,
    nameFn: nameIsDNSSubdomain,
    validate,
    validateUpdate: (obj, old) => [
      ...((int(obj, 'value') ?? 0) === (int(old, 'value') ?? 0) ? [] : [forbidden(newPath('value'), 'may not be changed in an update.')]),
      ...validateImmutableField(obj['preemptionPolicy'], old['preemptionPolicy'], newPath('preemptionPolicy')),
    ],
  }),
};
