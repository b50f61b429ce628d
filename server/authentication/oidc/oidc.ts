/**
 * Users by the JSON web tokens of an issuer of OpenID Connect.
 *
 * Upstream: k8s.io/apiserver/plugin/pkg/authenticator/token/oidc/oidc.go. Leaves out metrics. An issuer that cannot be
 * asked yet is asked again every ten seconds, and its tokens are not believed meanwhile.
 */
import { quote } from '../../apimachinery/quote.ts';
import type { Clock } from '../../http/context.ts';
import { sleep } from '../../http/sleep.ts';
import type { Logger } from '../../observe/logger.ts';
import type { TokenAuthenticator } from '../interfaces.ts';
import type { CELMapper } from './compiler.ts';
import { expandClaims } from './distributed-claims.ts';
import type { JWTAuthenticator } from './jwt-authenticator.ts';
import { userOf } from './mapping.ts';
import { discover, newRemoteKeySet } from './provider.ts';
import type { HTTPGet } from './provider.ts';
import { untrustedIssuer } from './untrusted-issuer.ts';
import { newVerifier } from './verifier.ts';
import type { Verifier } from './verifier.ts';

export const ALL_SIGNING_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'];
const RETRY_PERIOD = 10_000;

export interface OIDCOptions {
  jwtAuthenticator: JWTAuthenticator;
  /** Its expressions, compiled. */
  mapper: CELMapper;
  get: HTTPGet;
  signingAlgorithms: readonly string[];
  clock: Clock;
  log: Logger;
  /** When it is over nothing is asked any more. */
  lifecycle: AbortSignal;
}

export interface OIDCAuthenticator extends TokenAuthenticator {
  /** Why it cannot say yet whose a token is; undefined once it can. */
  healthCheck(): Error | undefined;
  /** Ends once it can, or all is over. */
  initialized: Promise<void>;
}

export function newOIDCAuthenticator({ jwtAuthenticator, mapper, get, signingAlgorithms, clock, log, lifecycle }: OIDCOptions): OIDCAuthenticator {
  const { issuer: { url: issuer, discoveryURL, audiences }, claimMappings: { groups } } = jwtAuthenticator;
  const options = { audiences, signingAlgorithms, clock };
  const own = newAsyncVerifier(issuer, discoveryURL, 'oidc authenticator: initializing plugin');
  const others = new Map<string, AsyncVerifier>();

  function newAsyncVerifier(of: string, at: string, message: string): AsyncVerifier {
    const made: AsyncVerifier = { why: new Error(`oidc: authenticator for issuer ${quote(of)} is not initialized`), initialized: Promise.resolve() };
    made.initialized = pollUntil(lifecycle, async () => {
      try {
        const { jwksURL } = await discover(of, at, get);
        made.verify = newVerifier(of, newRemoteKeySet(jwksURL, get, clock), options);
        return true;
      } catch (err) {
        made.why = err instanceof Error ? err : new Error(String(err));
        if (!lifecycle.aborted) log.error(err, message);
        return false;
      }
    });
    return made;
  }

  function verifierOf(of: string): Verifier | undefined {
    const known = others.get(of) ?? newAsyncVerifier(of, of === issuer ? discoveryURL : '', `oidc authenticator: async token verifier for issuer: ${quote(of)}`);
    others.set(of, known);
    return known.verify;
  }

  return {
    async authenticateToken(_ctx, token) {
      if (untrustedIssuer(token) !== issuer) return undefined;
      if (!own.verify) throw new Error('oidc: authenticator not initialized');
      const verified = await own.verify(token).catch(failed('oidc: verify token'));
      const claims = groups.claim === '' ? verified : await expandClaims(verified, { claim: groups.claim, get, verifierOf }).catch(failed('oidc: could not expand distributed claims'));
      return { user: userOf(claims, jwtAuthenticator, mapper) };
    },
    initialized: own.initialized,
    healthCheck: () => (own.verify ? undefined : new Error(`oidc: authenticator for issuer ${quote(issuer)} is not healthy: ${own.why.message}`)),
  };
}

interface AsyncVerifier {
  verify?: Verifier;
  why: Error;
  initialized: Promise<void>;
}

function failed(before: string): (err: unknown) => never {
  return (err) => {
    throw new Error(`${before}: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  };
}

/** Tries at once, and then again and again until it is done, or all is over. */
async function pollUntil(lifecycle: AbortSignal, done: () => Promise<boolean>): Promise<void> {
  while (!lifecycle.aborted && !(await done())) await sleep(RETRY_PERIOD, lifecycle);
}
