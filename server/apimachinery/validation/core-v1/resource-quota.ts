/**
 * ResourceQuotas.
 *
 * Upstream: ValidateResourceQuota and its updates of pkg/apis/core/validation/validation.go, pkg/apis/core/helper/helpers.go.
 */
import { isFields, lookup, strings, struct, structs, text } from '../../access.ts';
import type { Fields } from '../../access.ts';
import { invalid, newPath, required } from '../../field.ts';
import type { FieldError, Path } from '../../field.ts';
import type { KubeObject } from '../../types.ts';
import { fieldImmutable } from '../checks.ts';
import { newKind } from '../new-kind.ts';
import { nameIsDNSSubdomain } from '../object-names.ts';
import { validateAmounts } from './amounts.ts';
import { isStandardQuotaResource, validateQuotaResourceName } from './resource-names.ts';

const compute = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory', 'pods'];

/** What each scope can limit. */
const scopes: Record<string, string[]> = {
  Terminating: compute,
  NotTerminating: compute,
  NotBestEffort: compute,
  PriorityClass: compute,
  CrossNamespacePodAffinity: compute,
  BestEffort: ['pods'],
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
};

const applies = (scope: string, resource: string) => !isStandardQuotaResource(resource) || (lookup(scopes, scope)?.includes(resource) ?? true);

function conflicts(set: string[], shown: unknown, path: Path): FieldError[] {
  const pairs = [['BestEffort', 'NotBestEffort'], ['Terminating', 'NotTerminating']];
  return pairs.filter((pair) => pair.every((scope) => set.includes(scope))).map(() => invalid(path, shown, 'conflicting scopes'));
}

function validateScopes(spec: Fields, path: Path): FieldError[] {
  const set = strings(spec, 'scopes');
  const hard = Object.keys(struct(spec, 'hard')).sort();
  return [
    ...set.flatMap((scope) => [
      ...(Object.hasOwn(scopes, scope) ? [] : [invalid(path, set, 'unsupported scope')]),
      ...hard.filter((resource) => !applies(scope, resource)).map(() => invalid(path, set, 'unsupported scope applied to resource')),
    ]),
    ...conflicts(set, set, path),
  ];
}

const existsOnly = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];
const mustExist = 'must be \'Exists\' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';

function validateOperator(requirement: Fields, path: Path): FieldError[] {
  const operator = text(requirement, 'operator');
  const values = strings(requirement, 'values');
  const errors = existsOnly.includes(text(requirement, 'scopeName')) && operator !== 'Exists' ? [invalid(path.child('operator'), operator, mustExist)] : [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required(path.child('values'), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) errors.push(invalid(path.child('values'), values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"));
  } else {
    errors.push(invalid(path.child('operator'), operator, 'not a valid selector operator'));
  }
  return errors;
}

function validateScopeSelector(spec: Fields, path: Path): FieldError[] {
  const selector = spec['scopeSelector'];
  if (!isFields(selector)) return [];
  const requirements = structs(selector, 'matchExpressions');
  const hard = Object.keys(struct(spec, 'hard')).sort();
  const shown = { MatchExpressions: requirements.map((r) => ({ ScopeName: text(r, 'scopeName'), Operator: text(r, 'operator'), Values: r['values'] ?? null })) };
  return [
    ...requirements.flatMap((requirement) => {
      const scope = text(requirement, 'scopeName');
      return [
        ...(Object.hasOwn(scopes, scope) ? [] : [invalid(path.child('scopeName'), scope, 'unsupported scope')]),
        ...hard.filter((resource) => !applies(scope, resource)).map(() => invalid(path, shown, 'unsupported scope applied to resource')),
        ...validateOperator(requirement, path),
      ];
    }),
    ...conflicts(requirements.map((r) => text(r, 'scopeName')), spec['scopes'] ?? null, path),
  ];
}

function validateSpec(obj: KubeObject): FieldError[] {
  const [spec, path] = [struct(obj, 'spec'), newPath('spec')];
  return [
    ...validateAmounts(spec, 'hard', path, validateQuotaResourceName),
    ...validateScopes(spec, path.child('scopes')),
    ...validateScopeSelector(spec, path.child('scopeSelector', 'matchExpressions')),
  ];
}

const validateStatus = (obj: KubeObject) => ['hard', 'used'].flatMap((list) => validateAmounts(struct(obj, 'status'), list, newPath('status'), validateQuotaResourceName));
const scopesOf = (obj: KubeObject) => [...new Set(strings(struct(obj, 'spec'), 'scopes'))].sort().join();

export const resourceQuota = newKind({
  namespaced: true,
  nameFn: nameIsDNSSubdomain,
  validate: (obj) => [...validateSpec(obj), ...validateStatus(obj)],
  validateUpdate: (obj, old) => [
    ...validateSpec(obj),
    ...(scopesOf(obj) === scopesOf(old) ? [] : [invalid(newPath('spec', 'scopes'), struct(obj, 'spec')['scopes'] ?? null, fieldImmutable)]),
  ],
  subresources: { status: validateStatus },
});
