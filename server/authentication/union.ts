/**
 * Asks authenticators one after the other until one knows the user.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/request/union/union.go.
 */
import { newAggregate } from '../http/aggregate.ts';
import type { Authenticator } from './interfaces.ts';

/** An error counts only once nobody else knew the user. */
export function newUnionAuthenticator(...authenticators: Authenticator[]): Authenticator {
  return {
    async authenticateRequest(req) {
      const errors: unknown[] = [];
      for (const authenticator of authenticators) {
        try {
          const response = await authenticator.authenticateRequest(req);
          if (response) return response;
        } catch (err) {
          errors.push(err);
        }
      }
      if (errors.length > 0) throw newAggregate(errors);
      return undefined;
    },
  };
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
