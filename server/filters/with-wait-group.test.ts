import { createServer } from 'node:http';
import { expect, test, vi } from 'vitest';
import { longRunningFunc } from './long-running.ts';
import { RequestWaitGroup } from './request-wait-group.ts';
import { recordingLog, resolver, testServer } from './testing.ts';
import { withPanicRecovery } from './with-panic-recovery.ts';
import { withRequestInfo } from './with-request-info.ts';
import { withWaitGroup } from './with-wait-group.ts';

const serve = testServer(createServer);

function setUp() {
  const groups = { nonLongRunning: new RequestWaitGroup(), longRunning: new RequestWaitGroup() };
  return { groups, filters: [withPanicRecovery(recordingLog()), withRequestInfo(resolver), withWaitGroup(groups, longRunningFunc)] };
}

test.each([
  ['/api/v1/pods', { nonLongRunning: 1, longRunning: 0 }],
  ['/api/v1/pods?watch=1', { nonLongRunning: 0, longRunning: 1 }],
  ['/api/v1/namespaces/n/pods/p/log', { nonLongRunning: 0, longRunning: 1 }],
])('counts %s while it is in flight', (path, counted) => {
  const { groups, filters } = setUp();
  const sizes = () => ({ nonLongRunning: groups.nonLongRunning.size, longRunning: groups.longRunning.size });
  return serve({ filters, handler: (_req, res) => void res.json(sizes()) }, async (send) => {
    expect(JSON.parse((await send(path)).text)).toEqual(counted);
    await vi.waitFor(() => expect(sizes()).toEqual({ nonLongRunning: 0, longRunning: 0 }));
  });
});

test('lets a server that closes wait for requests, and sends new ones elsewhere', () => {
  const { groups, filters } = setUp();
  let finish = () => {};
  return serve({ filters, handler: (_req, res) => void (finish = () => res.end('done')) }, async (send) => {
    const inFlight = send('/api/v1/pods');
    await vi.waitFor(() => expect(groups.nonLongRunning.size).toBe(1));
    let drained = false;
    const waiting = groups.nonLongRunning.wait().then(() => void (drained = true));
    const refused = await send('/api/v1/pods');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect(JSON.parse(refused.text)).toMatchObject({ reason: 'ServiceUnavailable', message: 'apiserver is shutting down' });
    expect(drained).toBe(false);
    finish();
    await waiting;
    expect((await inFlight).text).toBe('done');
  });
});

test('ends long-running requests through their context', () => {
  const { groups, filters } = setUp();
  return serve({ filters, handler: (req, res) => void req.ctx.signal.addEventListener('abort', () => res.end(String(req.ctx.signal.reason))) }, async (send) => {
    const watching = send('/api/v1/pods?watch=1');
    await vi.waitFor(() => expect(groups.longRunning.size).toBe(1));
    groups.longRunning.abort('closing');
    expect((await watching).text).toBe('closing');
  });
});
