/**
 * The audit policy says how much of a request is written down: the first rule that matches it decides.
 *
 * Upstream: k8s.io/apiserver/pkg/audit/policy/checker.go and pkg/apis/audit/v1 (Policy). Leaves out omitManagedFields.
 */
import { trimRight } from '../apimachinery/trim.ts';
import type { Attributes } from '../authorization/interfaces.ts';
import type { Stage } from './event.ts';

export type Level = 'None' | 'Metadata' | 'Request' | 'RequestResponse';

export interface PolicyRule {
  level: Level;
  users?: string[];
  userGroups?: string[];
  verbs?: string[];
  resources?: { group?: string; resources?: string[]; resourceNames?: string[] }[];
  namespaces?: string[];
  nonResourceURLs?: string[];
  omitStages?: Stage[];
}

export interface Policy {
  rules: PolicyRule[];
  omitStages?: Stage[];
}

export interface RequestAuditConfig {
  level: Level;
  omitStages: Stage[];
}

/** Attributes of a request whose user may not be known yet. */
export type AuditAttributes = Omit<Attributes, 'user'> & Partial<Pick<Attributes, 'user'>>;

export interface PolicyRuleEvaluator {
  evaluatePolicyRule(attributes: AuditAttributes): RequestAuditConfig;
}

/** Who did what and how it ended, of every request. */
export const metadataPolicy: Policy = { rules: [{ level: 'Metadata' }] };

export function newPolicyRuleEvaluator(policy: Policy): PolicyRuleEvaluator {
  const general = policy.omitStages ?? [];
  const rules = policy.rules.map((rule) => ({ rule, config: { level: rule.level, omitStages: [...new Set([...general, ...(rule.omitStages ?? [])])] } }));
  return {
    evaluatePolicyRule: (attributes) => rules.find(({ rule }) => ruleMatches(rule, attributes))?.config ?? { level: 'None', omitStages: general },
  };
}

const filled = (list: unknown[] | undefined): boolean => list !== undefined && list.length > 0;

function ruleMatches(rule: PolicyRule, a: AuditAttributes): boolean {
  if (filled(rule.users) && !rule.users?.includes(a.user?.name ?? '')) return false;
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
