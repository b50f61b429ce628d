/**
 * Adds system:authenticated to the groups of everyone who is known.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/group/authenticated_group_adder.go.
 */
import { ALL_AUTHENTICATED, ALL_UNAUTHENTICATED, ANONYMOUS } from './interfaces.ts';
import type { Authenticator } from './interfaces.ts';

export function newAuthenticatedGroupAdder(authenticator: Authenticator): Authenticator {
  return {
    async authenticateRequest(req) {
      const response = await authenticator.authenticateRequest(req);
      if (!response) return undefined;
      const { user } = response;
      if (user.name === ANONYMOUS || user.groups.includes(ALL_AUTHENTICATED) || user.groups.includes(ALL_UNAUTHENTICATED)) return response;
      return { ...response, user: { ...user, groups: [...user.groups, ALL_AUTHENTICATED] } };
    },
  };
}
