/**
 * HorizontalPodAutoscalers, as autoscaling/v2 has them.
 *
 * Upstream: pkg/apis/autoscaling/validation/validation.go.
 */
import { int, isFields, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { forbidden, invalid, newPath, notSupported, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import { eachSliceVal, validateNonnegativeFields } from '../checks.ts';
import { amountOf, validateNonnegativeQuantity } from '../core-v1/amounts.ts';
import type { KindValidation } from '../kind-validation.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateMetricSpec, validateReference } from './metrics.ts';

const path = newPath('spec');

function validatePolicy(policy: Fields, at: Path): FieldError[] {
  const type = text(policy, 'type');
  const period = int(policy, 'periodSeconds') ?? 0;
  const small = ['value', 'periodSeconds'].filter((name) => (int(policy, name) ?? 0) <= 0);
  return [
    ...(type === 'Pods' || type === 'Percent' ? [] : [notSupported(at.child('type'), type, ['Percent', 'Pods'])]),
    ...small.map((name) => invalid(at.child(name), int(policy, name) ?? 0, 'must be greater than zero')),
    ...(period > 1800 ? [invalid(at.child('periodSeconds'), period, 'must be less than or equal to 1800')] : []),
  ];
}

function validateRules(rules: unknown, at: Path): FieldError[] {
  if (!isFields(rules)) return [];
  const window = int(rules, 'stabilizationWindowSeconds') ?? 0;
  const select = rules['selectPolicy'];
  const selects = ['Disabled', 'Max', 'Min'];
  const policies = structs(rules, 'policies');
  const tolerance = amountOf({ rules }, 'rules', 'tolerance');
  return [
    ...(window < 0 ? [invalid(at.child('stabilizationWindowSeconds'), window, 'must be greater than or equal to zero')] : []),
    ...(window > 3600 ? [invalid(at.child('stabilizationWindowSeconds'), window, 'must be less than or equal to 3600')] : []),
    ...(select === undefined || selects.includes(String(select)) ? [] : [notSupported(at.child('selectPolicy'), select, selects)]),
    ...(policies.length === 0 ? [required(at.child('policies'), 'must specify at least one Policy')] : eachSliceVal(policies, at.child('policies'), validatePolicy)),
    ...(tolerance ? validateNonnegativeQuantity(tolerance, at.child('tolerance')) : []),
  ];
}

function validateReplicas(spec: Fields, least: number): FieldError[] {
  const [min, max] = [int(spec, 'minReplicas'), int(spec, 'maxReplicas') ?? 0];
  const at = path.child('maxReplicas');
  const errors = min !== undefined && min < least ? [invalid(path.child('minReplicas'), min, `must be greater than or equal to ${least}`)] : [];
  if (max === 0) errors.push(required(at, 'must be set and greater than 0'));
  if (max < 0) errors.push(invalid(at, max, 'must be greater than or equal to 1'));
  return min !== undefined && max < min ? [...errors, invalid(at, max, 'must be greater than or equal to `minReplicas`')] : errors;
}

/** What is scaled is in a group, but for the one kind that is not; what was referred to before may go on. */
function versionOf(spec: Fields, old: Fields | undefined): 'grouped' | 'any' | 'ignored' {
  const [ref, before] = [struct(spec, 'scaleTargetRef'), struct(old ?? {}, 'scaleTargetRef')];
  if (old && ref['kind'] === before['kind'] && ref['apiVersion'] === before['apiVersion']) return 'ignored';
  return ref['kind'] === 'ReplicationController' ? 'any' : 'grouped';
}

function validateSpec(spec: Fields, old?: Fields): FieldError[] {
  const metrics = structs(spec, 'metrics');
  const behavior = struct(spec, 'behavior');
  const measured = metrics.some((metric) => metric['type'] === 'Object' || metric['type'] === 'External');
  return [
    ...validateReplicas(spec, int(old ?? {}, 'minReplicas') === 0 ? 0 : 1),
    ...validateReference(struct(spec, 'scaleTargetRef'), versionOf(spec, old), path.child('scaleTargetRef')),
    ...eachSliceVal(metrics, path.child('metrics'), validateMetricSpec),
    ...(int(spec, 'minReplicas') === 0 && !measured ? [forbidden(path.child('metrics'), 'must specify at least one Object or External metric to support scaling to zero replicas')] : []),
    ...['scaleUp', 'scaleDown'].flatMap((name) => validateRules(behavior[name], path.child('behavior', name))),
  ];
}

export const autoscaling: Record<string, KindValidation> = {
  HorizontalPodAutoscaler: newKind({
    namespaced: true,
    nameFn: nameIsDNSSubdomain,
    validate: (obj, old) => validateSpec(struct(obj, 'spec'), old && struct(old, 'spec')),
    subresources: { status: (obj) => validateNonnegativeFields(struct(obj, 'status'), ['currentReplicas', 'desiredReplicas'], newPath('status')) },
  }),
};
