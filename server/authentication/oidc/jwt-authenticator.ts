/**
 * What one issuer of JSON web tokens is believed, and what its claims say of users.
 *
 * Upstream: k8s.io/apiserver/pkg/apis/apiserver/types.go. What is absent is empty, as there.
 */
export interface AuthenticationConfiguration {
  jwt: readonly JWTAuthenticator[];
  anonymous?: AnonymousAuthConfig;
}

export interface AnonymousAuthConfig {
  enabled: boolean;
  conditions: readonly { path: string }[];
}

export interface JWTAuthenticator {
  issuer: Issuer;
  claimValidationRules: readonly ClaimValidationRule[];
  claimMappings: ClaimMappings;
  userValidationRules: readonly UserValidationRule[];
}

export interface Issuer {
  url: string;
  discoveryURL: string;
  /** PEM. */
  certificateAuthority: string;
  audiences: readonly string[];
  audienceMatchPolicy: string;
  egressSelectorType: string;
}

export interface ClaimValidationRule {
  claim: string;
  requiredValue: string;
  expression: string;
  message: string;
}

export interface ClaimMappings {
  username: PrefixedClaimOrExpression;
  groups: PrefixedClaimOrExpression;
  uid: ClaimOrExpression;
  extra: readonly ExtraMapping[];
}

export interface ClaimOrExpression {
  claim: string;
  expression: string;
}

export interface PrefixedClaimOrExpression extends ClaimOrExpression {
  /** That none is given is not the same as that it is empty. */
  prefix?: string | undefined;
}

export interface ExtraMapping {
  key: string;
  valueExpression: string;
}

export interface UserValidationRule {
  expression: string;
  message: string;
}
