/**
 * What a server needs to issue tokens to service accounts, to know them by these, and to let others check them; and to know
 * machines by tokens that are stored as theirs may be.
 *
 * Upstream: pkg/controlplane/apiserver/options (completeServiceAccountOptions), pkg/controller/serviceaccount/tokengetter.go.
 */
import { newReader } from '../admission/reader.ts';
import { newAudienceAgnosticAuthenticator } from '../authentication/audiences.ts';
import type { ServiceAccountAuthentication } from '../authentication/authenticator.ts';
import { newBootstrapTokenAuthenticator } from '../authentication/bootstrap-token.ts';
import type { TokenAuthenticator } from '../authentication/interfaces.ts';
import type { KeyOptions } from '../authentication/service-account/keys.ts';
import { newServiceAccountKeys } from '../authentication/service-account/keys.ts';
import type { Getter } from '../authentication/service-account/validator.ts';
import type { Clock } from '../http/context.ts';
import type { OpenIDMetadata } from '../mux/openid-metadata.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import type { TokenIssuer } from '../registry/core/service-account-token.ts';

export interface ServiceAccountOptions extends KeyOptions {
  /** `--service-account-issuer`: tokens are issued by the first, and believed of all. */
  issuers: [string, ...string[]];
  /** `--api-audiences`; without any they are the issuers. */
  apiAudiences: string[];
  /** `--service-account-max-token-expiration` in seconds; 0 for no limit. */
  maxTokenExpirationSeconds: number;
}

export interface ServiceAccounts {
  authentication: ServiceAccountAuthentication;
  /** Of machines that join. */
  bootstrapTokens: TokenAuthenticator;
  issuer: TokenIssuer;
  openID: OpenIDMetadata;
}

/** The registry is there only after the authenticator: it is asked for when the first token comes. */
export function newServiceAccounts(options: ServiceAccountOptions, clock: Clock, rest: () => RESTProvider): ServiceAccounts {
  const { issuers, maxTokenExpirationSeconds } = options;
  const [issuer] = issuers;
  const keys = newServiceAccountKeys(options);
  const apiAudiences = options.apiAudiences.length > 0 ? options.apiAudiences : issuers;
  const read = (resource: string): Getter => {
    let get: Getter | undefined;
    return (...args) => (get ??= newReader(rest(), '', resource).get)(...args);
  };
  const getter = { serviceAccount: read('serviceaccounts'), pod: read('pods'), secret: read('secrets'), node: read('nodes') };
  return {
    authentication: { issuers, apiAudiences, keys, getter, clock },
    bootstrapTokens: newAudienceAgnosticAuthenticator(apiAudiences, newBootstrapTokenAuthenticator(getter.secret, clock)),
    issuer: { issuer, apiAudiences, maxExpirationSeconds: maxTokenExpirationSeconds, signer: () => keys.signer() },
    openID: { issuer, keys },
  };
}
