import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { newScheme } from '../apimachinery/scheme.ts';
import { newCodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { newAuthenticator } from '../authentication/authenticator.ts';
import { clock, recordingAudit, recordingLog, resolver, testServer } from './testing.ts';
import { withAuditInit } from './with-audit-init.ts';
import { withAuthentication } from './with-authentication.ts';
import { withPanicRecovery } from './with-panic-recovery.ts';
import { withRequestInfo } from './with-request-info.ts';

const serve = testServer(createServer);
const codecs = newCodecFactory(newScheme());
const tokens = [{ token: 'secret', user: { name: 'alice', uid: 'u1', groups: ['dev'] } }];

function setUp(anonymousAuth: boolean) {
  const log = recordingLog();
  const audit = recordingAudit();
  const filters = [withAuditInit(), withPanicRecovery(log, codecs), withRequestInfo(resolver), withAuthentication(newAuthenticator({ tokens, anonymousAuth }), log, clock, audit)];
  return { log, audit, filters };
}

test('leaves the user in the context and takes the proof off the request', () =>
  serve({ filters: setUp(false).filters, handler: (req, res) => void res.json({ user: req.ctx.user, headers: Object.keys(req.headers) }) }, async (send) => {
    const { text } = await send('/api/v1/pods', { headers: { Authorization: 'Bearer secret', 'X-Remote-User': 'root', 'X-Remote-Extra-A': 'b' } });
    const { user, headers } = JSON.parse(text);
    expect(user).toEqual({ name: 'alice', uid: 'u1', groups: ['dev', 'system:authenticated'] });
    expect(headers.filter((name: string) => name === 'authorization' || name.startsWith('x-remote'))).toEqual([]);
  }));

test('leaves the token nowhere on the request', () =>
  serve({ filters: setUp(true).filters, handler: (req, res) => void res.json({ raw: req.rawHeaders, distinct: req.headersDistinct }) }, async (send) => {
    const { text } = await send('/api/v1/pods', { headers: { AUTHORIZATION: 'Bearer secret', 'X-More': '1' } });
    expect(text).toMatch(/x-more/i);
    expect(text).not.toContain('secret');
  }));

test('takes a client without a token for system:anonymous', () =>
  serve({ filters: setUp(true).filters, handler: (req, res) => void res.json(req.ctx.user) }, async (send) => {
    expect(JSON.parse((await send('/api/v1/pods')).text)).toEqual({ name: 'system:anonymous', groups: ['system:unauthenticated'] });
  }));

test.each([
  ['a wrong token', true, { Authorization: 'Bearer wrong' }, 'Authentication failed, attempted: bearer'],
  ['a password', false, { Authorization: 'Basic YTpi' }, 'Authentication failed, attempted: basic'],
  ['no token, where anonymous is off', false, {}, 'Authentication failed, no credentials provided'],
])('refuses %s', (_what, anonymousAuth, headers, message) => {
  const { audit, filters } = setUp(anonymousAuth);
  return serve({ filters }, async (send) => {
    for (const Accept of ['application/json', 'text/html']) {
      const { status, text } = await send('/api/v1/pods', { headers: { ...headers, Accept } });
      expect(status).toBe(401);
      expect(JSON.parse(text)).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 });
    }
    const event = { stage: 'ResponseStarted', user: {} };
    const negotiated = { metadata: {}, status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 };
    expect(audit.events).toMatchObject([{ ...event, responseStatus: negotiated }, { ...event, responseStatus: { metadata: {}, message, code: 401 } }]);
  });
});
