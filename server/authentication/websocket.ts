/**
 * Takes the token out of a websocket's subprotocol `base64url.bearer.authorization.k8s.io.…`: a page cannot set the
 * Authorization header of a websocket.
 *
 * Upstream: k8s.io/apiserver/pkg/authentication/request/websocket/protocol.go.
 */
import { isWebSocketRequest } from '../http/websocket.ts';
import type { Authenticator, TokenAuthenticator } from './interfaces.ts';
import { decodeBase64URL } from '../apimachinery/base64.ts';

const PREFIX = 'base64url.bearer.authorization.k8s.io.';
const PROTOCOL = 'sec-websocket-protocol';

export function newProtocolAuthenticator(tokens: TokenAuthenticator): Authenticator {
  return {
    async authenticateRequest({ ctx, headers, rawHeaders = [], audiences }) {
      if (!isWebSocketRequest(headers)) return undefined;
      const protocols = (headers[PROTOCOL] ?? '').split(',').map((protocol) => protocol.trim());
      const [bearer, ...more] = protocols.filter((protocol) => protocol.startsWith(PREFIX));
      if (bearer === undefined) return undefined;
      const token = decode(bearer.slice(PREFIX.length));
      if (more.length > 0) throw new Error('multiple base64.bearer.authorization tokens specified');
      if (token === '') return undefined;
      const others = protocols.filter((protocol) => protocol !== bearer);
      // one must be left for the server to choose
      if (others.length === 0) throw new Error('missing additional subprotocol');
      const response = await tokens.authenticateToken(ctx, token, audiences);
      if (!response) throw new Error('invalid bearer token');
      headers[PROTOCOL] = others.join(',');
      // as they came, they hold the token too
      for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === PROTOCOL) rawHeaders[i + 1] = others.join(',');
      return response;
    },
  };
}

function decode(encoded: string): string {
  const bytes = decodeBase64URL(encoded);
  if (!bytes) throw new Error('invalid base64.bearer.authorization token encoding');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('invalid base64.bearer.authorization token');
  }
}
