import { gunzipSync } from 'node:zlib';
import { trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { installChain } from '../filters/chain.ts';
import { newAPIServer } from '../http/api-server.ts';
import { writeGzip } from '../http/write-body.ts';
import { newFastGzip } from './gzip.ts';
import { ask, connectHTTP2, serveTLS } from './serving.test-util.ts';

test('answers are packed at the quickest level, which they say', async () => {
  const text = 'hello '.repeat(100_000);
  const { handler } = newAPIServer({ tracer: trace.getTracer('test'), newGzip: newFastGzip, install: (app) => installChain(app, [], (_req, res) => writeGzip(res, [new TextEncoder().encode(text)])) });
  const { url } = await serveTLS(handler);
  const { bytes } = await ask(connectHTTP2(url), '/');
  expect(bytes[8]).toBe(4);
  expect(gunzipSync(bytes).toString()).toBe(text);
});
