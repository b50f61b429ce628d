/**
 * Roles, bindings, and whether a rule allows what is asked.
 *
 * Upstream: k8s.io/api/rbac/v1/types.go and pkg/apis/rbac/v1/evaluation_helpers.go.
 */
import type { LabelSelectorObject } from '../apimachinery/labels.ts';
import { trimRight } from '../apimachinery/trim.ts';
import type { ObjectMeta } from '../apimachinery/types.ts';
import { makeUsername } from '../authentication/service-account.ts';
import type { Attributes } from './interfaces.ts';

export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

/** A Role, or a ClusterRole, which may gather its rules from others. */
export interface Role {
  metadata: ObjectMeta;
  rules?: PolicyRule[] | null;
  aggregationRule?: { clusterRoleSelectors?: LabelSelectorObject[] };
}

export interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

/** A RoleBinding, or a ClusterRoleBinding, whose metadata names no namespace. */
export interface RoleBinding {
  metadata: ObjectMeta;
  subjects?: Subject[];
  roleRef: { kind: string; name: string };
}

/** The user who is meant; undefined for a group. A service account without a namespace is of the binding's, if that has one. */
export function userNameOf({ kind, name, namespace }: Subject, bindingNamespace: string): string | undefined {
  if (kind === 'User') return name;
  const home = namespace || bindingNamespace;
  return kind === 'ServiceAccount' && home !== '' ? makeUsername(home, name) : undefined;
}

const none: string[] = [];

function has(list: string[] = none, wanted: string): boolean {
  for (const each of list) if (each === wanted || each === '*') return true;
  return false;
}

export function rulesAllow(rules: readonly PolicyRule[] | null | undefined, attributes: Attributes): boolean {
  if (rules) for (const rule of rules) if (ruleAllows(rule, attributes)) return true;
  return false;
}

export function ruleAllows(rule: PolicyRule, a: Attributes): boolean {
  if (!has(rule.verbs, a.verb)) return false;
  if (!a.isResourceRequest) return nonResourceURLMatches(rule, a.path);
  return has(rule.apiGroups, a.apiGroup) && resourceMatches(rule, a) && resourceNameMatches(rule, a.name);
}

function resourceMatches({ resources = none }: PolicyRule, { resource, subresource }: Attributes): boolean {
  if (subresource === '') return has(resources, resource);
  return has(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

function resourceNameMatches({ resourceNames = none }: PolicyRule, name: string): boolean {
  return resourceNames.length === 0 || resourceNames.includes(name);
}

function nonResourceURLMatches({ nonResourceURLs = none }: PolicyRule, path: string): boolean {
  return nonResourceURLs.some((url) => url === path || (url.endsWith('*') && path.startsWith(trimRight(url, '*'))));
}
