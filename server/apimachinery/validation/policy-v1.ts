/**
 * PodDisruptionBudgets.
 *
 * Upstream: pkg/apis/policy/validation/validation.go.
 */
import { isFields, struct, structs } from '../access.ts';
import { invalid, newPath, notSupported } from '../field.ts';
import type { FieldError } from '../field.ts';
import type { KubeObject } from '../types.ts';
import { validateNotMoreThan100Percent, validatePositiveIntOrPercent } from './apps-v1/rolling.ts';
import { validateNonnegativeFields } from './checks.ts';
import { validateConditions } from './conditions.ts';
import type { KindValidation } from './kind-validation.ts';
import { validateLabelSelector } from './labels.ts';
import { printedSelector } from './workloads.ts';

const path = newPath('spec');
const policies = ['AlwaysAllow', 'IfHealthyBudget'];
const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'];

function validate(obj: KubeObject): FieldError[] {
  const spec = struct(obj, 'spec');
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  const printed = { MinAvailable: minAvailable, Selector: isFields(selector) ? printedSelector(selector) : null, MaxUnavailable: maxUnavailable, UnhealthyPodEvictionPolicy: policy ?? null };
  return [
    ...(minAvailable !== undefined && maxUnavailable !== undefined ? [invalid(path, printed, 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...['minAvailable', 'maxUnavailable'].flatMap((name) => [...validatePositiveIntOrPercent(spec[name], path.child(name)), ...validateNotMoreThan100Percent(spec[name], path.child(name))]),
    ...(isFields(selector) ? validateLabelSelector(selector, path.child('selector')) : []),
    ...(policy === undefined || policies.includes(String(policy)) ? [] : [notSupported(path.child('unhealthyPodEvictionPolicy'), policy, policies)]),
  ];
}

function validateStatus(obj: KubeObject): FieldError[] {
  const [status, at] = [struct(obj, 'status'), newPath('status')];
  return [...validateConditions(structs(status, 'conditions'), at.child('conditions')), ...validateNonnegativeFields(status, counts, at)];
}

/** Its metadata only the generic store checks. */
export const policyV1: Record<string, KindValidation> = {
  PodDisruptionBudget: { validate, validateUpdate: validate, subresources: { status: validateStatus } },
};
