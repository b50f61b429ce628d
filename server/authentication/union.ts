/**
 * Asks authenticators one after the other until one knows the user.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/request/union/union.go and pkg/authentication/token/union/union.go.
 */
import { newAggregate } from '../http/aggregate.ts';
import type { Authenticator, AuthenticatorResponse, TokenAuthenticator } from './interfaces.ts';

export function newUnionAuthenticator(...authenticators: Authenticator[]): Authenticator {
  return { authenticateRequest: (req) => firstKnown(authenticators, (each) => each.authenticateRequest(req)) };
}

export function newUnionTokenAuthenticator(...authenticators: TokenAuthenticator[]): TokenAuthenticator {
  return { authenticateToken: (...args) => firstKnown(authenticators, (each) => each.authenticateToken(...args)) };
}

/** An error counts only once nobody else knew the user. */
async function firstKnown<T>(all: readonly T[], ask: (each: T) => ReturnType<Authenticator['authenticateRequest']>): Promise<AuthenticatorResponse | undefined> {
  const errors: unknown[] = [];
  for (const each of all) {
    try {
      const response = await ask(each);
      if (response) return response;
    } catch (err) {
      errors.push(err);
    }
  }
  if (errors.length > 0) throw newAggregate(errors);
  return undefined;
}

/** The first error ends it: a wrong token does not turn its bearer into system:anonymous. */
export function newFailOnErrorAuthenticator(...authenticators: Authenticator[]): Authenticator {
  return {
    async authenticateRequest(req) {
      for (const authenticator of authenticators) {
        const response = await authenticator.authenticateRequest(req);
        if (response) return response;
      }
      return undefined;
    },
  };
}
