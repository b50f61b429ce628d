import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { RequestWaitGroup } from './request-wait-group.ts';
import { resolver, testServer } from './testing.ts';
import { withRequestInfo } from './with-request-info.ts';
import { withWatchTerminationDuringShutdown } from './with-watch-termination-during-shutdown.ts';

const serve = testServer(createServer);

function setUp() {
  const watches = new RequestWaitGroup();
  return { watches, filters: [withRequestInfo(resolver), withWatchTerminationDuringShutdown(watches)] };
}

test.each([
  ['/api/v1/pods', 0],
  ['/api/v1/pods?watch=1', 1],
  ['/api/v1/namespaces/n/pods/p/log', 0],
])('counts watches only: %s', (path, counted) => {
  const { watches, filters } = setUp();
  return serve({ filters, handler: (_req, res) => void res.json(watches.size) }, async (send) => {
    expect((await send(path)).text).toBe(String(counted));
  });
});

test('ends the watches of a server that closes, and sends new ones elsewhere', () => {
  const { watches, filters } = setUp();
  return serve({ filters, handler: (req, res) => req.ctx.onAbort(() => res.end('end')) }, async (send) => {
    const watch = send('/api/v1/pods?watch=1');
    await expect.poll(() => watches.size).toBe(1);
    const ended = watches.end(new Error('shutting down'), 60_000);
    expect((await watch).text).toBe('end');
    await ended;
    const { status, headers } = await send('/api/v1/pods?watch=1');
    expect([status, headers.get('Retry-After')]).toEqual([503, '1']);
  });
});
