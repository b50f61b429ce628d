/**
 * The authenticator of a server: front proxies, client certificates, static tokens, those of service accounts and of
 * machines that join, issuers of OpenID Connect, a webhook, and anonymous for whoever shows nothing.
 *
 * Upstream: pkg/kubeapiserver/authenticator/config.go.
 */
import type { AccessMetrics, TokenCacheMetrics } from '../filters/access-metrics.ts';
import type { Clock } from '../http/context.ts';
import { newAnonymousAuthenticator } from './anonymous.ts';
import { newAudienceAgnosticAuthenticator } from './audiences.ts';
import { newAuthenticatedGroupAdder } from './authenticated-group-adder.ts';
import { newBearerTokenAuthenticator } from './bearer-token.ts';
import { newCachedTokenAuthenticator } from './cached-token-authenticator.ts';
import type { Authenticator, TokenAuthenticator } from './interfaces.ts';
import { clearAuthenticationHeaders } from './request-header.ts';
import type { RequestHeaderConfig } from './request-header.ts';
import { newJWTTokenAuthenticator } from './service-account/jwt.ts';
import type { ServiceAccountKeys } from './service-account/keys.ts';
import { LEGACY_ISSUER, newLegacyValidator } from './service-account/legacy.ts';
import type { LabelSecret } from './service-account/legacy.ts';
import type { ServiceAccountTokenGetter } from './service-account/validator.ts';
import { newValidator } from './service-account/validator.ts';
import { newTokenAuthenticator } from './token-file.ts';
import type { TokenUser } from './token-file.ts';
import { newFailOnErrorAuthenticator, newUnionAuthenticator, newUnionTokenAuthenticator } from './union.ts';
import { newProtocolAuthenticator } from './websocket.ts';

/** Milliseconds for which a token that was good stays so. */
const TOKEN_SUCCESS_CACHE_TTL = 10_000;

export interface ServiceAccountAuthentication {
  issuers: readonly string[];
  apiAudiences: readonly string[];
  keys: ServiceAccountKeys;
  getter: ServiceAccountTokenGetter;
  /** Notes there when a token out of a Secret was used. */
  labelSecret?: LabelSecret;
  clock: Clock;
}

/** Authenticators of a machine's: they look at its connections, or ask others. */
export interface ExternalAuthenticators {
  requestHeader?: { authenticator: Authenticator; headers: RequestHeaderConfig };
  /** `expires` is told in how many milliseconds each certificate does. */
  clientCertificate?: (expires?: (milliseconds: number) => void) => Authenticator;
  /** Those of OpenID Connect. */
  jwt?: TokenAuthenticator;
  webhook?: TokenAuthenticator;
}

export interface AuthenticatorConfig {
  tokens: readonly TokenUser[];
  anonymousAuth: boolean;
  /** Where anonymous is on: to which paths; to all where none is named. */
  anonymousPaths?: readonly string[];
  external?: ExternalAuthenticators;
  /** Without it nobody is a service account. */
  serviceAccounts?: ServiceAccountAuthentication;
  /** Those of machines that join, on `--enable-bootstrap-token-auth`. */
  bootstrapTokens?: TokenAuthenticator;
  metrics?: Pick<AccessMetrics, 'certificateExpires' | 'tokenCache'>;
}

export function newAuthenticator({ tokens, anonymousAuth, anonymousPaths, external: { requestHeader, clientCertificate, jwt, webhook } = {}, serviceAccounts, bootstrapTokens, metrics }: AuthenticatorConfig): Authenticator {
  const fromFile = newTokenAuthenticator(tokens);
  const others = [bootstrapTokens, jwt, webhook].filter((each) => each !== undefined);
  const anyToken = newUnionTokenAuthenticator(...(serviceAccounts ? withServiceAccounts(fromFile, serviceAccounts, others, metrics?.tokenCache) : [fromFile, ...others]));
  const all = [requestHeader?.authenticator, clientCertificate?.(metrics?.certificateExpires), newBearerTokenAuthenticator(anyToken), newProtocolAuthenticator(anyToken)].filter((each) => each !== undefined);
  const known = newAuthenticatedGroupAdder(newUnionAuthenticator(...all));
  const authenticator = anonymousAuth ? newFailOnErrorAuthenticator(known, newAnonymousAuthenticator(anonymousPaths)) : known;
  return requestHeader ? clearingHeaders(authenticator, requestHeader.headers) : authenticator;
}

/** Tokens from a file are found faster than they could be remembered. */
function withServiceAccounts(fromFile: TokenAuthenticator, { issuers, apiAudiences, keys, getter, labelSecret, clock }: ServiceAccountAuthentication, others: readonly TokenAuthenticator[], metrics?: TokenCacheMetrics): TokenAuthenticator[] {
  const common = { keys, implicitAudiences: apiAudiences };
  const legacy = newJWTTokenAuthenticator({ ...common, issuers: [LEGACY_ISSUER], validate: newLegacyValidator(getter, clock, labelSecret) });
  const bound = newJWTTokenAuthenticator({ ...common, issuers, validate: newValidator(getter, clock) });
  const cached = newCachedTokenAuthenticator(newUnionTokenAuthenticator(legacy, bound, ...others), { successTTL: TOKEN_SUCCESS_CACHE_TTL, failureTTL: 0, clock, ...(metrics && { metrics }) });
  return [newAudienceAgnosticAuthenticator(apiAudiences, fromFile), cached];
}

/** Whoever the client is: what it says in a front proxy's headers does not go further. */
function clearingHeaders(authenticator: Authenticator, headers: RequestHeaderConfig): Authenticator {
  return {
    async authenticateRequest(req) {
      const response = await authenticator.authenticateRequest(req);
      if (response) clearAuthenticationHeaders(req.headers, headers);
      return response;
    },
  };
}
