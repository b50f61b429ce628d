/**
 * Roles and bindings.
 *
 * Upstream: pkg/apis/rbac/validation/validation.go.
 */
import { isFields, strings, struct, structs, text, texts } from '../access.ts';
import type { Fields } from '../access.ts';
import { invalid, newPath, notSupported, required } from '../field.ts';
import type { FieldError, Path } from '../field.ts';
import type { KubeObject } from '../types.ts';
import { check, eachSliceVal, requireText, semanticEqual } from './checks.ts';
import type { KindValidation } from './kind-validation.ts';
import { validateLabelSelector } from './labels.ts';
import { newKind } from './new-kind.ts';
import { validateObjectMeta } from './object-meta.ts';
import { nameIsDNSSubdomain, nameIsPathSegment } from './object-names.ts';
import { selectorOf } from './workloads.ts';

const groupName = 'rbac.authorization.k8s.io';
const nameFn = (name: string) => nameIsPathSegment(name, false);

function validatePolicyRule(rule: Fields, namespaced: boolean, path: Path): FieldError[] {
  const errors = strings(rule, 'verbs').length === 0 ? [required(path.child('verbs'), 'verbs must contain at least one value')] : [];
  const urls = strings(rule, 'nonResourceURLs');
  const [groups, resources, names] = ['apiGroups', 'resources', 'resourceNames'].map((name) => strings(rule, name).length);
  if (urls.length > 0) {
    const at = path.child('nonResourceURLs');
    if (namespaced) errors.push(invalid(at, urls, 'namespaced rules cannot apply to non-resource URLs'));
    if (groups || resources || names) errors.push(invalid(at, urls, 'rules cannot apply to both regular resources and non-resource URLs'));
    return errors;
  }
  if (!groups) errors.push(required(path.child('apiGroups'), 'resource rules must supply at least one api group'));
  if (!resources) errors.push(required(path.child('resources'), 'resource rules must supply at least one resource'));
  return errors;
}

function validateAggregationRule({ aggregationRule }: KubeObject): FieldError[] {
  if (!isFields(aggregationRule)) return [];
  const path = newPath('aggregationRule', 'clusterRoleSelectors');
  const selectors = structs(aggregationRule, 'clusterRoleSelectors');
  if (selectors.length === 0) return [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return eachSliceVal(selectors, path, (selector, at) => [...validateLabelSelector(selector, at), ...(selectorOf(selector) ? [] : [invalid(at, null, 'invalid label selector.')])]);
}

function role(namespaced: boolean): KindValidation {
  return newKind({
    namespaced,
    nameFn,
    validateMeta: validateObjectMeta,
    validate: (obj) => [
      ...eachSliceVal(structs(obj, 'rules'), newPath('rules'), (rule, at) => validatePolicyRule(rule, namespaced, at)),
      ...(namespaced ? [] : validateAggregationRule(obj)),
    ],
    order: ['create', 'meta'],
  });
}

function validateSubject(subject: Fields, namespaced: boolean, path: Path): FieldError[] {
  const errors = requireText(subject, 'name', path);
  const [kind, name, apiGroup] = texts(subject, 'kind', 'name', 'apiGroup');
  if (kind === 'ServiceAccount') {
    if (name) errors.push(...check(nameIsDNSSubdomain(name, false), name, path.child('name')));
    if (apiGroup) errors.push(notSupported(path.child('apiGroup'), apiGroup, ['']));
    return namespaced ? errors : [...errors, ...requireText(subject, 'namespace', path)];
  }
  if (kind !== 'User' && kind !== 'Group') return [...errors, notSupported(path.child('kind'), kind, ['ServiceAccount', 'User', 'Group'])];
  return apiGroup === groupName ? errors : [...errors, notSupported(path.child('apiGroup'), apiGroup, [groupName])];
}

function validateRoleRef(ref: Fields, kinds: string[]): FieldError[] {
  const path = newPath('roleRef');
  const errors: FieldError[] = [];
  const [apiGroup, kind, name] = texts(ref, 'apiGroup', 'kind', 'name');
  if (apiGroup !== groupName) errors.push(notSupported(path.child('apiGroup'), apiGroup, [groupName]));
  if (!kinds.includes(kind)) errors.push(notSupported(path.child('kind'), kind, kinds));
  return [...errors, ...requireText(ref, 'name', path), ...check(nameFn(name), name, path.child('name'))];
}

/** The reference as upstream's internal type prints it. */
const printed = (ref: Fields) => ({ APIGroup: text(ref, 'apiGroup'), Kind: text(ref, 'kind'), Name: text(ref, 'name') });

function binding(namespaced: boolean): KindValidation {
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  return newKind({
    namespaced,
    nameFn,
    validateMeta: validateObjectMeta,
    validate: (obj) => [
      ...validateRoleRef(struct(obj, 'roleRef'), kinds),
      ...eachSliceVal(structs(obj, 'subjects'), newPath('subjects'), (subject, at) => validateSubject(subject, namespaced, at)),
    ],
    order: ['create', 'meta', 'own'],
    validateUpdate: (obj, old) => (semanticEqual(obj['roleRef'], old['roleRef']) ? [] : [invalid(newPath('roleRef'), printed(struct(obj, 'roleRef')), 'cannot change roleRef')]),
  });
}

export const rbacV1: Record<string, KindValidation> = {
  Role: role(true),
  ClusterRole: role(false),
  RoleBinding: binding(true),
  ClusterRoleBinding: binding(false),
};
