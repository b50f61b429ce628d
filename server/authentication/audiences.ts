/**
 * Whom a credential is meant for. Tokens of service accounts say it; all others are meant for this API server.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/authenticator/{audiences,audagnostic}.go.
 */
import type { TokenAuthenticator } from './interfaces.ts';

/** Of `requested`, those that are in `audiences`. */
export function intersect(audiences: readonly string[], requested: readonly string[]): string[] {
  return requested.filter((each) => audiences.includes(each));
}

/** An authenticator that knows no audiences answers for the server's own. */
export function newAudienceAgnosticAuthenticator(apiAudiences: readonly string[], tokens: TokenAuthenticator): TokenAuthenticator {
  return {
    async authenticateToken(ctx, token, requested = apiAudiences) {
      const audiences = intersect(apiAudiences, requested);
      const response = audiences.length > 0 ? await tokens.authenticateToken(ctx, token) : undefined;
      return response && { ...response, audiences };
    },
  };
}
