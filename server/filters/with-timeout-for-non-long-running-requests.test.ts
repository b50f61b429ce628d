import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { newTimeoutError } from '../http/status.ts';
import { longRunningFunc } from './long-running.ts';
import { recordingLog, resolver, testServer } from './testing.ts';
import { withCacheControl } from './with-cache-control.ts';
import { withPanicRecovery } from './with-panic-recovery.ts';
import { withRequestInfo } from './with-request-info.ts';
import { withTimeoutForNonLongRunningRequests } from './with-timeout-for-non-long-running-requests.ts';

const serve = testServer(createServer);
const deadline = newTimeoutError('request did not complete within the allotted timeout', 0);
const log = recordingLog();
const filters = [withPanicRecovery(log), withRequestInfo(resolver), withCacheControl(), withTimeoutForNonLongRunningRequests(longRunningFunc)];

test('answers 504 when the context ends before the handler has answered', () =>
  serve({ filters, handler: async (req, res) => {
    res.setHeader('X-Inner', 'never sent');
    req.ctx.abort(deadline);
    await Promise.resolve();
    res.json('too late');
  } }, async (send) => {
    const { status, headers, text } = await send('/api/v1/pods');
    expect(status).toBe(504);
    expect(JSON.parse(text)).toEqual({ metadata: {}, status: 'Failure', message: deadline.message, reason: 'Timeout', details: {}, code: 504 });
    expect(headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('Cache-Control')).toBe('no-cache, private');
    expect(headers.get('X-Inner')).toBeNull();
  }));

test.each(['/api/v1/pods', '/api/v1/pods?begun'])('lets what is written later go nowhere: %s', (path) => {
  const late: unknown[] = [];
  return serve({ filters, handler: async (req, res) => {
    if (path.endsWith('begun')) res.write('half');
    req.ctx.abort(deadline);
    await Promise.resolve();
    res.status(200).setHeader('X-Late', '1');
    res.flushHeaders();
    late.push(res.write('late'), res.end('later').writableEnded);
    res.removeHeader('Cache-Control');
  } }, async (send) => {
    const [answer] = await Promise.allSettled([send(path)]);
    expect(answer).toMatchObject(path.endsWith('begun') ? { status: 'rejected' } : { status: 'fulfilled', value: { status: 504 } });
    await expect.poll(() => late).toHaveLength(2);
    expect(log.lines).toEqual([]);
  });
});

test('cuts off an answer that has begun', () =>
  serve({ filters, handler: (req, res) => {
    res.write('half');
    req.ctx.abort(deadline);
  } }, async (send) => {
    await expect(send('/api/v1/pods')).rejects.toThrow();
  }));

test('leaves a watch to itself', () =>
  serve({ filters, handler: (req, res) => {
    req.ctx.abort(deadline);
    res.end('still here');
  } }, async (send) => {
    expect((await send('/api/v1/pods?watch=1')).text).toBe('still here');
  }));
