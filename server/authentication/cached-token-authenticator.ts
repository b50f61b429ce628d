/**
 * Remembers for a moment whose a token is: checking a signature and reading what a token is bound to costs more than most
 * requests.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/token/cache/cached_token_authenticator.go. Leaves out
 * annotations and warnings of the first use, and sharing one lookup among requests that come at once. Errors are not
 * remembered: upstream's webhook asks for that, and around all tokens its default does.
 */
import type { TokenCacheMetrics } from '../filters/access-metrics.ts';
import type { Clock } from '../http/context.ts';
import type { AuthenticatorResponse, TokenAuthenticator } from './interfaces.ts';
import { SecretMap } from './secret-map.ts';

const MOST_TOKENS = 4096;

/** Milliseconds: `successTTL` for a token that is somebody's, `failureTTL` for one that is nobody's; 0 remembers nothing. */
export function newCachedTokenAuthenticator(tokens: TokenAuthenticator, { successTTL, failureTTL, clock, metrics }: { successTTL: number; failureTTL: number; clock: Clock; metrics?: TokenCacheMetrics }): TokenAuthenticator {
  const known = new SecretMap<{ response: AuthenticatorResponse | undefined; until: number }>(MOST_TOKENS);
  return {
    async authenticateToken(ctx, token, audiences) {
      // no line ends within the audiences as JSON has them: what comes before the first end is not the token's
      const key = `${audiences ? JSON.stringify(audiences) : ''}\n${token}`;
      const found = known.get(key);
      if (found && found.until > clock.now()) {
        metrics?.hit();
        return found.response;
      }
      known.delete(key);
      const lookup = () => tokens.authenticateToken(ctx, token, audiences);
      const response = await (metrics?.fetch(lookup) ?? lookup());
      const ttl = response ? successTTL : failureTTL;
      if (ttl === 0) return response;
      known.set(key, { response, until: clock.now() + ttl });
      return response;
    },
  };
}
