import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { apiServer, ask, connectHTTP2, serveTLS } from '../node/serving.test-util.ts';
import { testServer } from './testing.ts';
import { withProbabilisticGoaway } from './with-probabilistic-goaway.ts';

test.each([
  [0.0199, true],
  [0.02, false],
])('of one in fifty requests, the one that drew %f closes its connection: %s', async (drawn, closes) => {
  const { url } = await serveTLS(apiServer((_req, res) => void res.end(), [withProbabilisticGoaway(0.02, () => drawn)]));
  const session = connectHTTP2(url);
  const goaway = new Promise((resolve) => session.once('goaway', () => resolve(true)));
  expect((await ask(session, '/')).status).toBe(200);
  // a ping is answered after the frames that came before it
  const alive = new Promise((resolve) => session.ping(() => resolve(false)) || resolve(true));
  expect(await Promise.race([goaway, alive])).toBe(closes);
});

test('leaves HTTP/1.1 alone', () =>
  testServer(createServer)({ filters: [withProbabilisticGoaway(1)] }, async (send) => {
    expect((await send('/')).headers.get('Connection')).not.toBe('close');
  }));
