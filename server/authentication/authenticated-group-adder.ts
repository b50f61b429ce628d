/**
 * Adds system:authenticated to the groups of everyone who is known.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/group/authenticated_group_adder.go.
 */
import { ALL_AUTHENTICATED, ALL_UNAUTHENTICATED, ANONYMOUS } from './interfaces.ts';
import type { Authenticator, UserInfo } from './interfaces.ts';

export function newAuthenticatedGroupAdder(authenticator: Authenticator): Authenticator {
  // who is known by heart is the same to every request
  const added = new WeakMap<UserInfo, UserInfo>();
  return {
    async authenticateRequest(req) {
      const response = await authenticator.authenticateRequest(req);
      if (!response) return undefined;
      const { user } = response;
      if (user.name === ANONYMOUS || user.groups.includes(ALL_AUTHENTICATED) || user.groups.includes(ALL_UNAUTHENTICATED)) return response;
      const known = added.get(user) ?? { ...user, groups: [...user.groups, ALL_AUTHENTICATED] };
      added.set(user, known);
      return { ...response, user: known };
    },
  };
}
