/**
 * May this user do this?
 *
 * Upstream: k8s.io/apiserver/pkg/authorization/authorizer/interfaces.go.
 */
import type { UserInfo } from '../authentication/interfaces.ts';
import type { RequestContext } from '../http/context.ts';

export interface Attributes {
  user: UserInfo;
  verb: string;
  isResourceRequest: boolean;
  path: string;
  namespace: string;
  apiGroup: string;
  apiVersion: string;
  resource: string;
  subresource: string;
  name: string;
}

export type Decision = 'allow' | 'deny' | 'noOpinion';

export interface AuthorizerResult {
  decision: Decision;
  reason: string;
}

export interface Authorizer {
  authorize(ctx: RequestContext, attributes: Attributes): Promise<AuthorizerResult> | AuthorizerResult;
}

/** The rules that apply to a user, for SelfSubjectRulesReview (upstream's RuleResolver). */
export interface RuleResolver {
  rulesFor(user: UserInfo, namespace: string): {
    resourceRules: { verbs: string[]; apiGroups: string[]; resources: string[]; resourceNames: string[] }[];
    nonResourceRules: { verbs: string[]; nonResourceURLs: string[] }[];
    incomplete: boolean;
    evaluationError: string;
  };
}
