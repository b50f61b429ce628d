/**
 * Authorizers that need no policy.
 *
 * Upstream: k8s.io/apiserver/pkg/authorization/authorizerfactory/builtin.go.
 */
import type { Authorizer, RuleResolver } from './interfaces.ts';

/** Members of these groups (system:masters) may do anything, whatever the roles say. */
export function newPrivilegedGroups(...groups: string[]): Authorizer {
  return {
    authorize: (_ctx, { user }) => ({ decision: user.groups.some((group) => groups.includes(group)) ? 'allow' : 'noOpinion', reason: '' }),
  };
}

/** `--authorization-mode=AlwaysAllow` */
export function newAlwaysAllowAuthorizer(): Authorizer & RuleResolver {
  const all = ['*'];
  return {
    authorize: () => ({ decision: 'allow', reason: '' }),
    rulesFor: () => ({
      resourceRules: [{ verbs: all, apiGroups: all, resources: all, resourceNames: [] }],
      nonResourceRules: [{ verbs: all, nonResourceURLs: all }],
      incomplete: false,
      evaluationError: '',
    }),
  };
}

/** `--authorization-mode=AlwaysDeny` */
export function newAlwaysDenyAuthorizer(): Authorizer & RuleResolver {
  return {
    authorize: () => ({ decision: 'noOpinion', reason: 'Everything is forbidden.' }),
    rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false, evaluationError: '' }),
  };
}
