/**
 * Lets those in whom nobody knows, as system:anonymous; where paths are named, only to these.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/request/anonymous/anonymous.go.
 */
import { ALL_UNAUTHENTICATED, ANONYMOUS } from './interfaces.ts';
import type { Authenticator } from './interfaces.ts';

export function newAnonymousAuthenticator(paths: readonly string[] = []): Authenticator {
  return {
    authenticateRequest({ ctx }) {
      if (paths.length > 0 && !paths.includes(ctx.requestInfo?.path ?? '')) return undefined;
      return { user: { name: ANONYMOUS, groups: [ALL_UNAUTHENTICATED] } };
    },
  };
}
