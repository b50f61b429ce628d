import { expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import type { AuthenticationRequest } from './interfaces.ts';
import { newTokenAuthenticator } from './token-file.ts';
import { newProtocolAuthenticator } from './websocket.ts';

const authenticator = newProtocolAuthenticator(newTokenAuthenticator([{ token: 'sécret', user: { name: 'alice', groups: [] } }]));
const PREFIX = 'base64url.bearer.authorization.k8s.io.';
const bearer = (token: string) => PREFIX + Buffer.from(token).toString('base64url');
const GOOD = bearer('sécret');

function request(protocols: string, upgrade = 'websocket', connection = 'Upgrade'): AuthenticationRequest {
  return { ctx: {} as RequestContext, url: '/', headers: { connection, upgrade, 'sec-websocket-protocol': protocols }, rawHeaders: ['Connection', connection, 'Sec-WebSocket-Protocol', protocols] };
}

test.each<[string, AuthenticationRequest]>([
  ['a websocket', request(`${GOOD}, v5.channel.k8s.io`)],
  ['one that shouts', request(`v5.channel.k8s.io,${GOOD}`, 'WebSocket', 'keep-alive, UPGRADE')],
])('takes a token from the protocols of %s, and takes it off', async (_what, req) => {
  expect(await authenticator.authenticateRequest(req)).toEqual({ user: { name: 'alice', groups: [] } });
  expect(req.headers['sec-websocket-protocol']).toBe('v5.channel.k8s.io');
  expect(req.rawHeaders?.slice(2)).toEqual(['Sec-WebSocket-Protocol', 'v5.channel.k8s.io']);
});

test.each<[string, AuthenticationRequest]>([
  ['no token', request('v5.channel.k8s.io')],
  ['an empty token', request(`${PREFIX}, v5.channel.k8s.io`)],
  ['another upgrade', request(`${GOOD}, x`, 'spdy/3.1')],
  ['no wish to upgrade', request(`${GOOD}, x`, 'websocket', 'keep-alive')],
])('is nobody with %s', async (_what, req) => {
  expect(await authenticator.authenticateRequest(req)).toBeUndefined();
});

test.each<[string, string, string]>([
  ['alone', GOOD, 'missing additional subprotocol'],
  ['twice', `${GOOD}, ${GOOD}, x`, 'multiple base64.bearer.authorization tokens specified'],
  ['that is wrong', `${bearer('guess')}, x`, 'invalid bearer token'],
  ['that is no base64', `${PREFIX}a+b=, x`, 'invalid base64.bearer.authorization token encoding'],
  ['that is no text', `${PREFIX}_w, x`, 'invalid base64.bearer.authorization token'],
])('refuses a token %s', async (_what, protocols, message) => {
  const req = request(protocols);
  await expect(authenticator.authenticateRequest(req)).rejects.toThrow(new RegExp(`^${message}$`));
  expect(req.headers['sec-websocket-protocol']).toBe(protocols);
});
