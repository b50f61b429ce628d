import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { testServer } from './testing.ts';
import { withRequestReceivedTimestamp } from './with-request-received-timestamp.ts';

test('notes the time by the clock that it is given', () =>
  testServer(createServer)({ filters: [withRequestReceivedTimestamp({ now: () => 1234 })], handler: (req, res) => void res.json(req.ctx.requestReceivedTimestamp) }, async (send) => {
    expect((await send('/')).text).toBe('1234');
  }));
