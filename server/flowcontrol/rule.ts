/**
 * Whether a flow schema is about a request: some rule of it names the user, and what is asked for.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/rule.go.
 */
import type { UserInfo } from '../authentication/interfaces.ts';
import { makeUsername } from '../authentication/service-account.ts';
import type { RequestInfo } from '../http/request-info.ts';

interface Subject {
  kind: string;
  user?: { name: string };
  group?: { name: string };
  serviceAccount?: { namespace: string; name: string };
}

interface ResourceRule {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
  clusterScope?: boolean;
  namespaces?: string[];
}

interface NonResourceRule {
  verbs: string[];
  nonResourceURLs: string[];
}

/** flowcontrol.apiserver.k8s.io/v1 PolicyRulesWithSubjects. */
export interface PolicyRule {
  subjects: Subject[];
  resourceRules?: ResourceRule[];
  nonResourceRules?: NonResourceRule[];
}

export function matchesPolicyRule(info: RequestInfo, user: UserInfo, { subjects, resourceRules = [], nonResourceRules = [] }: PolicyRule): boolean {
  if (!subjects.some((subject) => matchesSubject(user, subject))) return false;
  return info.isResourceRequest
    ? resourceRules.some((rule) => matchesResourceRule(info, rule))
    : nonResourceRules.some(({ verbs, nonResourceURLs }) => contains(verbs, info.verb) && nonResourceURLs.some((url) => matchesURL(url, info.path)));
}

function matchesSubject(user: UserInfo, { kind, user: one, group, serviceAccount }: Subject): boolean {
  if (kind === 'User') return one !== undefined && (one.name === '*' || one.name === user.name);
  if (kind === 'Group') return group !== undefined && (group.name === '*' || user.groups.includes(group.name));
  if (kind !== 'ServiceAccount' || !serviceAccount) return false;
  const { namespace, name } = serviceAccount;
  return name === '*' ? user.name.startsWith(makeUsername(namespace, '')) : user.name === makeUsername(namespace, name);
}

function matchesResourceRule(info: RequestInfo, { verbs, apiGroups, resources, clusterScope, namespaces = [] }: ResourceRule): boolean {
  if (!contains(verbs, info.verb) || !contains(apiGroups, info.apiGroup)) return false;
  if (!contains(resources, info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`)) return false;
  return info.namespace === '' ? clusterScope === true : contains(namespaces, info.namespace);
}

/** A rule without a star takes what is below it, too. */
function matchesURL(rule: string, path: string): boolean {
  if (rule === '*' || rule === path) return true;
  const prefix = rule.endsWith('*') ? rule.slice(0, -1) : rule;
  return path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}

/** A star alone stands for everything. */
function contains(list: string[], value: string): boolean {
  return (list.length === 1 && list[0] === '*') || list.includes(value);
}
