/**
 * All issuers that are believed, and others in their stead while the server runs.
 *
 * Upstream: newJWTAuthenticator and authenticationConfigUpdater of pkg/kubeapiserver/authenticator/config.go.
 */
import { newAggregate } from '../../http/aggregate.ts';
import { newAudienceAgnosticAuthenticator } from '../audiences.ts';
import type { TokenAuthenticator } from '../interfaces.ts';
import type { CELMapper } from './compiler.ts';
import type { JWTAuthenticator } from './jwt-authenticator.ts';
import { newOIDCAuthenticator } from './oidc.ts';
import type { OIDCOptions } from './oidc.ts';
import type { HTTPGet } from './provider.ts';

export interface JWTAuthenticatorsOptions extends Pick<OIDCOptions, 'clock' | 'log' | 'lifecycle' | 'signingAlgorithms'> {
  apiAudiences: readonly string[];
  /** Trusts what the PEM holds; what the machine trusts where there is none. */
  newHTTPGet: (certificateAuthority: string) => HTTPGet;
}

export interface CompiledAuthenticator {
  jwtAuthenticator: JWTAuthenticator;
  mapper: CELMapper;
}

export interface JWTAuthenticators extends TokenAuthenticator {
  /** Waits until all of the new ones can be asked; throws where they cannot within the time, and keeps the old ones. */
  update(authenticators: readonly CompiledAuthenticator[]): Promise<void>;
}

const UPDATE_TIMEOUT = 60_000;
/** What has been asked of the old ones may go on for so long. */
const GRACE_PERIOD = 60_000;

export function newJWTAuthenticators(initial: readonly CompiledAuthenticator[], options: JWTAuthenticatorsOptions): JWTAuthenticators {
  let current = build(initial, options);
  return {
    authenticateToken: (...args) => current.authenticator.authenticateToken(...args),
    async update(authenticators) {
      const next = build(authenticators, options);
      const timeout = AbortSignal.any([options.lifecycle, AbortSignal.timeout(UPDATE_TIMEOUT)]);
      await Promise.race([next.initialized, new Promise((resolve) => timeout.addEventListener('abort', resolve))]);
      const errors = next.errors();
      if (errors.length > 0) {
        next.cancel();
        throw newAggregate([...errors, 'context deadline exceeded']);
      }
      const old = current;
      current = next;
      const timer = setTimeout(() => old.cancel(), GRACE_PERIOD);
      options.lifecycle.addEventListener('abort', () => clearTimeout(timer));
    },
  };
}

function build(authenticators: readonly CompiledAuthenticator[], { apiAudiences, newHTTPGet, lifecycle, ...options }: JWTAuthenticatorsOptions) {
  const cancelled = new AbortController();
  const until = AbortSignal.any([lifecycle, cancelled.signal]);
  const all = authenticators.map((each) => newOIDCAuthenticator({ ...options, ...each, get: newHTTPGet(each.jwtAuthenticator.issuer.certificateAuthority), lifecycle: until }));
  return {
    authenticator: newAudienceAgnosticAuthenticator(apiAudiences, failOnError(all)),
    initialized: Promise.all(all.map((each) => each.initialized)),
    errors: () => all.map((each) => each.healthCheck()).filter((each) => each !== undefined),
    cancel: () => cancelled.abort(),
  };
}

/** The first that knows the token's issuer has the last word. */
function failOnError(all: readonly TokenAuthenticator[]): TokenAuthenticator {
  return {
    async authenticateToken(...args) {
      for (const each of all) {
        const response = await each.authenticateToken(...args);
        if (response) return response;
      }
      return undefined;
    },
  };
}
