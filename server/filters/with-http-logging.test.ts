import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { clock, given, recordingLog, resolver, testServer } from './testing.ts';
import { withHTTPLogging } from './with-http-logging.ts';
import { withRequestInfo } from './with-request-info.ts';
import { withRequestReceivedTimestamp } from './with-request-received-timestamp.ts';

const serve = testServer(createServer);

test('writes one line when the request has been answered', async () => {
  const log = recordingLog();
  let now = 1000;
  const ticking = { now: () => now };
  const filters = [given((req) => void (req.ctx.auditID = 'id')), withRequestReceivedTimestamp(ticking), withRequestInfo(resolver), withHTTPLogging(log, ticking, true)];
  await serve({ filters, handler: (_req, res) => {
    now = 1012;
    res.status(418).end();
  } }, async (send) => {
    await send('/api/v1/pods?limit=1', { headers: { 'User-Agent': 'me' } });
    await expect.poll(() => log.lines).toHaveLength(1);
    expect(log.lines[0]).toEqual({
      message: 'HTTP',
      values: { verb: 'LIST', URI: '/api/v1/pods?limit=1', latency: '12ms', userAgent: 'me', 'audit-ID': 'id', srcIP: expect.stringMatching(/^127\.0\.0\.1:\d+$/), resp: 418 },
    });
  });
});

test('is silent unless the server is verbose', async () => {
  const log = recordingLog();
  await serve({ filters: [withHTTPLogging(log, clock, false)] }, async (send) => {
    expect((await send('/')).status).toBe(200);
    expect(log.lines).toEqual([]);
  });
});
