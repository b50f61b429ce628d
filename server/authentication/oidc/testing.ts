/** Authenticators of which only what matters is said. */
import type { ClaimMappings, ClaimValidationRule, Issuer, JWTAuthenticator, UserValidationRule } from './jwt-authenticator.ts';

type Parts<T> = { [K in keyof T]?: T[K] extends readonly (infer E)[] ? readonly Partial<E>[] : Partial<T[K]> };

export interface PartialJWTAuthenticator {
  issuer?: Partial<Issuer>;
  claimMappings?: Parts<ClaimMappings>;
  claimValidationRules?: readonly Partial<ClaimValidationRule>[];
  userValidationRules?: readonly Partial<UserValidationRule>[];
}

const none = { claim: '', expression: '' };

export function newJWTAuthenticator({ issuer, claimMappings: { username = { claim: 'sub', prefix: '' }, groups, uid, extra = [] } = {}, claimValidationRules = [], userValidationRules = [] }: PartialJWTAuthenticator): JWTAuthenticator {
  return {
    issuer: { url: 'https://issuer', discoveryURL: '', certificateAuthority: '', audiences: ['client'], audienceMatchPolicy: '', egressSelectorType: '', ...issuer },
    claimMappings: { username: { ...none, ...username }, groups: { ...none, ...groups }, uid: { ...none, ...uid }, extra: extra.map((each) => ({ key: '', valueExpression: '', ...each })) },
    claimValidationRules: claimValidationRules.map((rule) => ({ ...none, requiredValue: '', message: '', ...rule })),
    userValidationRules: userValidationRules.map((rule) => ({ expression: '', message: '', ...rule })),
  };
}
