/**
 * Takes the token out of `Authorization: Bearer …` and asks who it belongs to.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/request/bearertoken/bearertoken.go.
 */
import type { Authenticator, TokenAuthenticator } from './interfaces.ts';

export function newBearerTokenAuthenticator(tokens: TokenAuthenticator): Authenticator {
  return {
    async authenticateRequest({ ctx, headers, audiences }) {
      const [scheme = '', token, rest] = (headers.authorization ?? '').trim().split(' ');
      if (scheme.toLowerCase() !== 'bearer' || token === undefined) return undefined;
      if (token === '') {
        if (rest !== undefined) ctx.warnings.add('the provided Authorization header contains extra space before the bearer token, and is ignored');
        return undefined;
      }
      const response = await tokens.authenticateToken(ctx, token, audiences);
      if (!response) throw new Error('invalid bearer token');
      // nothing further down shall be tempted to use it
      delete headers.authorization;
      return response;
    },
  };
}
