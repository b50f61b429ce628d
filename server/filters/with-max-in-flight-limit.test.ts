import { createServer } from 'node:http';
import type { Response } from 'express';
import { expect, test } from 'vitest';
import type { Filter } from './filter.ts';
import { longRunningFunc } from './long-running.ts';
import { given, resolver, testServer } from './testing.ts';
import { withMaxInFlightLimit } from './with-max-in-flight-limit.ts';
import { withRequestInfo } from './with-request-info.ts';

const serve = testServer(createServer);

/** A server with room for one read and one write, of which the reads wait until they are let go. */
function full(use: (send: (path: string, init?: RequestInit) => Promise<{ status: number; headers: Headers; text: string }>, letGo: () => void) => Promise<void>) {
  const held: Response[] = [];
  const user = given((req) => void (req.ctx.user = { name: 'u', groups: [req.get('Group') ?? 'none'] }));
  const filters = [withRequestInfo(resolver), user, withMaxInFlightLimit(1, 1, longRunningFunc)];
  const handler: Filter = (req, res) => void (req.headers.hold ? held.push(res) : res.end('handled'));
  return serve({ filters, handler }, async (send) => {
    const first = send('/api/v1/pods', { headers: { Hold: 'yes' } });
    await expect.poll(() => held).toHaveLength(1);
    await use(send, () => held[0]?.end('let go'));
    held[0]?.end();
    await first;
  });
}

test('refuses a read while the limit of reads is reached', () =>
  full(async (send, letGo) => {
    const refused = await send('/api/v1/pods');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect(refused.headers.get('Content-Type')).toBe('text/plain; charset=utf-8');
    expect(refused.text).toBe('Too many requests, please try again later.\n');
    letGo();
    await expect.poll(async () => (await send('/api/v1/pods')).status).toBe(200);
  }));

test.each<[string, string, RequestInit]>([
  ['a write', '/api/v1/namespaces/n/pods', { method: 'POST' }],
  ['a watch', '/api/v1/pods?watch=1', {}],
  ['a member of system:masters', '/api/v1/pods', { headers: { Group: 'system:masters' } }],
])('lets %s through meanwhile', (_what, path, init) => full(async (send) => {
  expect((await send(path, init)).text).toBe('handled');
}));

test('has no limit of 0', () =>
  serve({ filters: [withRequestInfo(resolver), withMaxInFlightLimit(0, 0, longRunningFunc)] }, async (send) => {
    expect((await send('/api/v1/pods')).status).toBe(200);
  }));
