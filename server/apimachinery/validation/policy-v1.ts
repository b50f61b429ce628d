/**
 * PodDisruptionBudgets.
 *
 * Upstream: pkg/apis/policy/validation/validation.go.
 */
import { isFields, struct } from '../access.ts';
import { invalid, newPath, notSupported } from '../field.ts';
import type { FieldError } from '../field.ts';
import type { KubeObject } from '../types.ts';
import { validateNotMoreThan100Percent, validatePositiveIntOrPercent } from './apps-v1/rolling.ts';
import { validateNonnegativeFields } from './checks.ts';
import type { KindValidation } from './kinds.ts';
import { validateLabelSelector } from './labels.ts';
import { newKind } from './new-kind.ts';
import { nameIsPathSegment } from './object-names.ts';
import { printedSelector } from './pod-templates.ts';

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

export const policyV1: Record<string, KindValidation> = {
  PodDisruptionBudget: newKind({
    namespaced: true,
    nameFn: nameIsPathSegment,
    validate,
    subresources: { status: (obj) => validateNonnegativeFields(struct(obj, 'status'), counts, newPath('status')) },
  }),
};
