/**
 * The authenticator of a server: static tokens, those of service accounts, and anonymous for whoever shows none.
 *
 * Upstream: pkg/kubeapiserver/authenticator/config.go. Leaves out client certificates, bootstrap tokens, OIDC, webhooks
 * and request headers.
 */
import type { Clock } from '../http/context.ts';
import { newAnonymousAuthenticator } from './anonymous.ts';
import { newAudienceAgnosticAuthenticator } from './audiences.ts';
import { newAuthenticatedGroupAdder } from './authenticated-group-adder.ts';
import { newBearerTokenAuthenticator } from './bearer-token.ts';
import { newCachedTokenAuthenticator } from './cached-token-authenticator.ts';
import type { Authenticator, TokenAuthenticator } from './interfaces.ts';
import { newJWTTokenAuthenticator } from './service-account/jwt.ts';
import type { ServiceAccountKeys } from './service-account/keys.ts';
import { LEGACY_ISSUER, newLegacyValidator } from './service-account/legacy.ts';
import type { ServiceAccountTokenGetter } from './service-account/validator.ts';
import { newValidator } from './service-account/validator.ts';
import { newTokenAuthenticator } from './token-file.ts';
import type { TokenUser } from './token-file.ts';
import { newFailOnErrorAuthenticator, newUnionAuthenticator, newUnionTokenAuthenticator } from './union.ts';

/** Milliseconds for which a token that was good stays so. */
const TOKEN_SUCCESS_CACHE_TTL = 10_000;

export interface ServiceAccountAuthentication {
  issuers: readonly string[];
  apiAudiences: readonly string[];
  keys: ServiceAccountKeys;
  getter: ServiceAccountTokenGetter;
  clock: Clock;
}

export interface AuthenticatorConfig {
  tokens: readonly TokenUser[];
  anonymousAuth: boolean;
  /** Without it nobody is a service account. */
  serviceAccounts?: ServiceAccountAuthentication;
}

export function newAuthenticator({ tokens, anonymousAuth, serviceAccounts }: AuthenticatorConfig): Authenticator {
  const fromFile = newTokenAuthenticator(tokens);
  const bearer = serviceAccounts ? withServiceAccounts(fromFile, serviceAccounts) : fromFile;
  const known = newAuthenticatedGroupAdder(newUnionAuthenticator(newBearerTokenAuthenticator(bearer)));
  return anonymousAuth ? newFailOnErrorAuthenticator(known, newAnonymousAuthenticator()) : known;
}

/** Tokens from a file are found faster than they could be remembered. */
function withServiceAccounts(fromFile: TokenAuthenticator, { issuers, apiAudiences, keys, getter, clock }: ServiceAccountAuthentication): TokenAuthenticator {
  const common = { keys, implicitAudiences: apiAudiences };
  const legacy = newJWTTokenAuthenticator({ ...common, issuers: [LEGACY_ISSUER], validate: newLegacyValidator(getter) });
  const bound = newJWTTokenAuthenticator({ ...common, issuers, validate: newValidator(getter, clock) });
  const accounts = newCachedTokenAuthenticator(newUnionTokenAuthenticator(legacy, bound), TOKEN_SUCCESS_CACHE_TTL, clock);
  return newUnionTokenAuthenticator(newAudienceAgnosticAuthenticator(apiAudiences, fromFile), accounts);
}
