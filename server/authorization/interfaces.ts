/**
 * May this user do this?
 *
 * Upstream: k8s.io/apiserver/pkg/authorization/authorizer/interfaces.go.
 */
import type { FieldRequirement } from '../apimachinery/fields.ts';
import type { LabelRequirement } from '../apimachinery/labels.ts';
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
  /** What a list, watch or deletecollection is narrowed to, as far as it can be read. */
  fieldSelector?: readonly FieldRequirement[];
  labelSelector?: readonly LabelRequirement[];
}

export type Decision = 'allow' | 'deny' | 'noOpinion';

export interface AuthorizerResult {
  decision: Decision;
  reason: string;
}

/** An authorizer that could not do its work, and what shall hold then: its failure policy. */
export class AuthorizationError extends Error {
  override name = 'AuthorizationError';
  readonly result: AuthorizerResult;

  constructor(message: string, result: AuthorizerResult) {
    super(message);
    this.result = result;
  }
}

/** Throws an AuthorizationError where there is no permission because something went wrong. */
export interface Authorizer {
  authorize(ctx: RequestContext, attributes: Attributes): Promise<AuthorizerResult> | AuthorizerResult;
}

/** The rules that apply to a user. */
export interface UserRules {
  resourceRules: { verbs: string[]; apiGroups: string[]; resources: string[]; resourceNames: string[] }[];
  nonResourceRules: { verbs: string[]; nonResourceURLs: string[] }[];
  incomplete: boolean;
  evaluationError: string;
}

/** Says what a user may do, for SelfSubjectRulesReview. */
export interface RuleResolver {
  rulesFor(user: UserInfo, namespace: string): UserRules;
}
