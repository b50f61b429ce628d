import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { resolver, testServer } from './testing.ts';
import { withLatencyTrackers } from './with-latency-trackers.ts';
import { withRequestInfo } from './with-request-info.ts';

test.each([
  ['/api/v1/pods', true],
  ['/api/v1/pods?watch=1', false],
])('%s is given trackers: %s', (path, tracked) =>
  testServer(createServer)({ filters: [withRequestInfo(resolver), withLatencyTrackers()], handler: (req, res) => void res.json(req.ctx.latency !== undefined) }, async (send) => {
    expect(JSON.parse((await send(path)).text)).toBe(tracked);
  }));
