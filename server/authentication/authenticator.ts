/**
 * The authenticator of a server: static tokens, and anonymous for whoever shows none.
 *
 * Upstream: pkg/kubeapiserver/authenticator/config.go. Leaves out client certificates, service account tokens, OIDC,
 * webhooks and request headers.
 */
import { newAnonymousAuthenticator } from './anonymous.ts';
import { newAuthenticatedGroupAdder } from './authenticated-group-adder.ts';
import { newBearerTokenAuthenticator } from './bearer-token.ts';
import type { Authenticator } from './interfaces.ts';
import { newTokenAuthenticator } from './token-file.ts';
import type { TokenUser } from './token-file.ts';
import { newFailOnErrorAuthenticator, newUnionAuthenticator } from './union.ts';

export interface AuthenticatorConfig {
  tokens: readonly TokenUser[];
  anonymousAuth: boolean;
}

export function newAuthenticator({ tokens, anonymousAuth }: AuthenticatorConfig): Authenticator {
  const known = newAuthenticatedGroupAdder(newUnionAuthenticator(newBearerTokenAuthenticator(newTokenAuthenticator(tokens))));
  return anonymousAuth ? newFailOnErrorAuthenticator(known, newAnonymousAuthenticator()) : known;
}
