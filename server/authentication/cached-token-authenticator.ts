/**
 * Remembers for a moment whose a token is: checking a signature and reading what a token is bound to costs more than most
 * requests.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/token/cache/cached_token_authenticator.go. Leaves out hashed keys,
 * annotations and warnings of the first use, and sharing one lookup among requests that come at once. Errors are not
 * remembered: upstream's webhook asks for that, and around all tokens its default does.
 */
import type { Clock } from '../http/context.ts';
import type { AuthenticatorResponse, TokenAuthenticator } from './interfaces.ts';

const MOST_TOKENS = 4096;

/** Milliseconds: `successTTL` for a token that is somebody's, `failureTTL` for one that is nobody's; 0 remembers nothing. */
export function newCachedTokenAuthenticator(tokens: TokenAuthenticator, { successTTL, failureTTL, clock }: { successTTL: number; failureTTL: number; clock: Clock }): TokenAuthenticator {
  const known = new Map<string, { response: AuthenticatorResponse | undefined; until: number }>();
  return {
    async authenticateToken(ctx, token, audiences) {
      const key = JSON.stringify([token, audiences]);
      const found = known.get(key);
      if (found && found.until > clock.now()) return found.response;
      known.delete(key);
      const response = await tokens.authenticateToken(ctx, token, audiences);
      const ttl = response ? successTTL : failureTTL;
      if (ttl === 0) return response;
      // a Map keeps the order in which its keys came: the first is the oldest
      if (known.size === MOST_TOKENS) for (const oldest of known.keys()) if (known.delete(oldest)) break;
      known.set(key, { response, until: clock.now() + ttl });
      return response;
    },
  };
}
