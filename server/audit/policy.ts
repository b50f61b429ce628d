/**
 * The audit policy says how much of a request is written down: the first rule that matches it decides.
 *
 * Upstream: k8s.io/apiserver/pkg/audit/policy/checker.go and pkg/apis/audit/v1 (Policy).
 */
import { trimRight } from '../apimachinery/trim.ts';
import type { Attributes } from '../authorization/interfaces.ts';
import type { Stage } from './event.ts';

/** From little to much. */
export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type Level = (typeof LEVELS)[number];

export const atLeast = (level: Level, wanted: Level) => LEVELS.indexOf(level) >= LEVELS.indexOf(wanted);

export interface PolicyRule {
  level: Level;
  users?: string[];
  userGroups?: string[];
  verbs?: string[];
  resources?: { group?: string; resources?: string[]; resourceNames?: string[] }[];
  namespaces?: string[];
  nonResourceURLs?: string[];
  omitStages?: Stage[];
  /** Says it for the requests of this rule, whatever the policy says for all. */
  omitManagedFields?: boolean;
}

export interface Policy {
  rules: PolicyRule[];
  omitStages?: Stage[];
  omitManagedFields?: boolean;
}

export interface RequestAuditConfig {
  level: Level;
  omitStages: Stage[];
  omitManagedFields: boolean;
}

/** Attributes of a request whose user may not be known yet. */
export type AuditAttributes = Omit<Attributes, 'user'> & Partial<Pick<Attributes, 'user'>>;

export interface PolicyRuleEvaluator {
  evaluatePolicyRule(attributes: AuditAttributes): RequestAuditConfig;
}

export function newPolicyRuleEvaluator(policy: Policy): PolicyRuleEvaluator {
  const general = { level: 'None' as const, omitStages: policy.omitStages ?? [], omitManagedFields: policy.omitManagedFields ?? false };
  const rules = policy.rules.map((rule) => {
    const omitStages = [...new Set([...general.omitStages, ...(rule.omitStages ?? [])])];
    return { rule, config: { level: rule.level, omitStages, omitManagedFields: rule.omitManagedFields ?? general.omitManagedFields } };
  });
  return {
    evaluatePolicyRule: (attributes) => rules.find(({ rule }) => ruleMatches(rule, attributes))?.config ?? general,
  };
}

const filled = (list: unknown[] | undefined): boolean => list !== undefined && list.length > 0;

function ruleMatches(rule: PolicyRule, a: AuditAttributes): boolean {
  if (filled(rule.users) && !(a.user && rule.users?.includes(a.user.name))) return false;
  if (filled(rule.userGroups) && !a.user?.groups.some((group) => rule.userGroups?.includes(group))) return false;
  if (filled(rule.verbs) && !rule.verbs?.includes(a.verb)) return false;
  if (filled(rule.namespaces) || filled(rule.resources)) return matchesResource(rule, a);
  if (filled(rule.nonResourceURLs)) return !a.isResourceRequest && rule.nonResourceURLs!.some((url) => pathMatches(a.path, url));
  return true;
}

function pathMatches(path: string, spec: string): boolean {
  return spec === '*' || spec === path || (spec.endsWith('*') && path.startsWith(trimRight(spec, '*')));
}

function matchesResource(rule: PolicyRule, a: AuditAttributes): boolean {
  if (!a.isResourceRequest) return false;
  if (filled(rule.namespaces) && !rule.namespaces?.includes(a.namespace)) return false;
  if (!filled(rule.resources)) return true;
  const combined = a.subresource === '' ? a.resource : `${a.resource}/${a.subresource}`;
  const wanted = ['*', combined, `${a.resource}/*`, ...(a.subresource === '' ? [] : [`*/${a.subresource}`])];
  return rule.resources!.some(({ group = '', resources = [], resourceNames = [] }) => {
    if (group !== a.apiGroup && group !== '*') return false;
    if (resources.length === 0) return true;
    const named = resourceNames.length === 0 || resourceNames.includes(a.name);
    return named && resources.some((resource) => wanted.includes(resource));
  });
}
