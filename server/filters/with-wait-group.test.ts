import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { longRunningFunc } from './long-running.ts';
import { RequestWaitGroup } from './request-wait-group.ts';
import { resolver, testServer } from './testing.ts';
import { withRequestInfo } from './with-request-info.ts';
import { withWaitGroup } from './with-wait-group.ts';

const serve = testServer(createServer);

function setUp() {
  const group = new RequestWaitGroup();
  return { group, filters: [withRequestInfo(resolver), withWaitGroup(group, longRunningFunc)] };
}

test.each([
  ['/api/v1/pods', 1],
  ['/api/v1/pods?watch=1', 0],
  ['/api/v1/namespaces/n/pods/p/log', 0],
])('counts what is not long-running while it is in flight: %s', (path, counted) => {
  const { group, filters } = setUp();
  return serve({ filters, handler: (_req, res) => void res.json(group.size) }, async (send) => {
    expect((await send(path)).text).toBe(String(counted));
    await expect.poll(() => group.size).toBe(0);
  });
});

test('lets a server that closes wait for requests, and sends new ones elsewhere', () => {
  const { group, filters } = setUp();
  let finish = () => {};
  return serve({ filters, handler: (_req, res) => void (finish = () => res.end('done')) }, async (send) => {
    const inFlight = send('/api/v1/pods');
    await expect.poll(() => group.size).toBe(1);
    let drained = false;
    const waiting = group.wait().then(() => void (drained = true));
    const { status, headers, text } = await send('/api/v1/pods');
    expect([status, headers.get('Retry-After'), headers.get('Content-Type'), headers.get('X-Content-Type-Options')]).toEqual([503, '1', 'application/json', 'nosniff']);
    expect(text).toBe('{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"apiserver is shutting down","reason":"ServiceUnavailable","code":503}\n\n');
    expect(drained).toBe(false);
    finish();
    await waiting;
    expect((await inFlight).text).toBe('done');
  });
});

test.each([
  ['/readyz', 'curl'],
  ['/api/v1/pods', 'kube-apiserver/v1.36.2 (linux/amd64)'],
])('lets probes and the server itself through: %s of %s', (path, userAgent) => {
  const { group, filters } = setUp();
  void group.wait();
  return serve({ filters }, async (send) => {
    expect((await send(path, { headers: { 'User-Agent': userAgent } })).text).toBe('handled');
  });
});
