/**
 * Lets everyone in whom nobody knows, as system:anonymous.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/request/anonymous/anonymous.go. Leaves out conditions by path.
 */
import { ALL_UNAUTHENTICATED, ANONYMOUS } from './interfaces.ts';
import type { Authenticator } from './interfaces.ts';

export function newAnonymousAuthenticator(): Authenticator {
  return {
    authenticateRequest: () => ({ user: { name: ANONYMOUS, groups: [ALL_UNAUTHENTICATED] } }),
  };
}
