/**
 * ABAC: a list of policies, each of which allows a user or a group some requests. The first that matches allows.
 *
 * Upstream: pkg/auth/authorizer/abac/abac.go.
 */
import { trimRight } from '../../apimachinery/trim.ts';
import type { UserInfo } from '../../authentication/interfaces.ts';
import type { Attributes, Authorizer, RuleResolver } from '../interfaces.ts';

export interface Policy {
  user: string;
  group: string;
  readonly: boolean;
  apiGroup: string;
  resource: string;
  namespace: string;
  nonResourcePath: string;
}

const READ_VERBS = ['get', 'list', 'watch'];

export function newABACAuthorizer(policies: readonly Policy[]): Authorizer & RuleResolver {
  return {
    authorize(_ctx, attributes) {
      const allowed = policies.some((policy) => matches(policy, attributes));
      return allowed ? { decision: 'allow', reason: '' } : { decision: 'noOpinion', reason: 'No policy matched.' };
    },

    rulesFor(user, namespace) {
      const all = policies.filter((policy) => subjectMatches(policy, user) && (policy.namespace === '*' || policy.namespace === namespace));
      const verbs = (policy: Policy) => (policy.readonly ? READ_VERBS : ['*']);
      return {
        resourceRules: all.filter(({ resource }) => resource !== '').map((policy) => ({ verbs: verbs(policy), apiGroups: [policy.apiGroup], resources: [policy.resource], resourceNames: [] })),
        nonResourceRules: all.filter(({ nonResourcePath }) => nonResourcePath !== '').map((policy) => ({ verbs: verbs(policy), nonResourceURLs: [policy.nonResourcePath] })),
        incomplete: false,
        evaluationError: '',
      };
    },
  };
}

function matches(policy: Policy, a: Attributes): boolean {
  if (!subjectMatches(policy, a.user)) return false;
  if (policy.readonly && !READ_VERBS.includes(a.verb)) return false;
  return a.isResourceRequest ? resourceMatches(policy, a) : pathMatches(policy.nonResourcePath, a.path);
}

/** A policy that names a user and a group wants both; one that names neither matches nobody. */
function subjectMatches({ user, group }: Policy, { name, groups }: UserInfo): boolean {
  if (user !== '' && user !== '*' && user !== name) return false;
  if (group !== '' && group !== '*' && !groups.includes(group)) return false;
  return user !== '' || group !== '';
}

function resourceMatches(policy: Policy, a: Attributes): boolean {
  const fits = (wanted: string, actual: string) => wanted === '*' || wanted === actual;
  return fits(policy.namespace, a.namespace) && fits(policy.resource, a.resource) && fits(policy.apiGroup, a.apiGroup);
}

function pathMatches(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith('*') && path.startsWith(trimRight(pattern, '*')));
}
