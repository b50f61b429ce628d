import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { longRunningFunc } from './long-running.ts';
import { clock, recordingAudit, recordingLog, resolver, testServer } from './testing.ts';
import { withAuditInit } from './with-audit-init.ts';
import { withPanicRecovery } from './with-panic-recovery.ts';
import { withRequestDeadline } from './with-request-deadline.ts';
import { withRequestInfo } from './with-request-info.ts';
import { withRequestReceivedTimestamp } from './with-request-received-timestamp.ts';

const serve = testServer(createServer);
const before = [withAuditInit(), withPanicRecovery(recordingLog()), withRequestReceivedTimestamp(clock), withRequestInfo(resolver)];

test.each([
  ['/api/v1/pods', 60_000],
  ['/api/v1/pods?timeout=10s', 10_000],
  ['/api/v1/pods?timeout=2h', 60_000],
  ['/api/v1/pods?timeout=0s', 60_000],
  ['/api/v1/pods?timeout=', 60_000],
  ['/api/v1/pods?timeoutSeconds=5', 60_000],
])('%s may take %d milliseconds', (path, ms) =>
  serve({ filters: [...before, withRequestDeadline(longRunningFunc, 60_000, clock, undefined)], handler: ({ ctx }, res) => void res.json((ctx.deadline ?? 0) - ctx.requestReceivedTimestamp) }, async (send) => {
    expect((await send(path)).text).toBe(String(ms));
  }));

test('gives a watch no deadline', () =>
  serve({ filters: [...before, withRequestDeadline(longRunningFunc, 60_000, clock, undefined)], handler: ({ ctx }, res) => void res.json(ctx.deadline ?? 'none') }, async (send) => {
    expect((await send('/api/v1/pods?watch=1&timeout=1s')).text).toBe('"none"');
  }));

test('refuses a timeout that is no duration, and audits that', async () => {
  const audit = recordingAudit();
  await serve({ filters: [...before, withRequestDeadline(longRunningFunc, 60_000, clock, audit)] }, async (send) => {
    const { status, text } = await send('/api/v1/pods?timeout=soon');
    expect(status).toBe(400);
    const message = 'invalid timeout specified in the request URL - time: invalid duration "soon"';
    expect(JSON.parse(text)).toMatchObject({ reason: 'BadRequest', message });
    expect(audit.events).toMatchObject([{ stage: 'ResponseStarted', requestURI: '/api/v1/pods?timeout=soon', responseStatus: { code: 400, message } }]);
  });
});

test('ends the context when the time is over', () =>
  serve({ filters: [...before, withRequestDeadline(longRunningFunc, 60_000, clock, undefined)], handler: ({ ctx }, res) => void ctx.signal.addEventListener('abort', () => res.end(ctx.signal.reason.message)) }, async (send) => {
    expect((await send('/api/v1/pods?timeout=5ms')).text).toBe('Timeout: request did not complete within the allotted timeout');
  }));
