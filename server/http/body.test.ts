import { once } from 'node:events';
import { request } from 'node:http';
import type { RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { limitedReadBody } from './body.ts';
import { serve } from './serve.test-util.ts';

describe('bodies', () => {
  const echo: RequestHandler = async (req, res) => {
    res.end(String((await limitedReadBody(req, 10)).length));
  };
  const send = async (chunks: string[], headers: Record<string, string | number> = {}) => {
    const { port } = await serve(echo);
    const req = request({ port, host: '127.0.0.1', method: 'POST', headers });
    req.on('error', () => undefined);
    req.flushHeaders();
    for (const chunk of chunks) req.write(chunk);
    if (headers['content-length'] === undefined || chunks.join('').length >= Number(headers['content-length'])) req.end();
    const [res] = await once(req, 'response');
    let body = '';
    for await (const chunk of res) body += chunk;
    req.destroy();
    return { status: res.statusCode, body };
  };

  it.each([
    [[], '0'],
    [['abc', 'de'], '5'],
    [['0123456789'], '10'],
  ])('up to the limit are read: %j', async (chunks, length) => {
    expect(await send(chunks)).toEqual({ status: 200, body: length });
  });

  it.each<[string, string[], Record<string, number>]>([
    ['chunk by chunk', ['01234', '56789', 'x'], {}],
    ['before the first byte, when the length is said', [], { 'content-length': 11 }],
  ])('beyond it are refused %s', async (_, chunks, headers) => {
    const answer = await send(chunks, headers);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ message: 'Request entity too large: limit is 10', reason: 'RequestEntityTooLarge' });
  });

  it('are given up when the client goes, or the request is aborted', async () => {
    for (const give of ['client', 'server'] as const) {
      const read = Promise.withResolvers<unknown>();
      const { port, contexts } = await serve((req) => void limitedReadBody(req, 10).then(read.resolve, read.resolve));
      const req = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-length': 5 } });
      req.on('error', () => undefined);
      req.write('ab');
      await expect.poll(() => contexts.length).toBe(1);
      if (give === 'client') req.destroy();
      else contexts[0]!.abort(new Error('deadline'));
      expect(await read.promise).toBeInstanceOf(Error);
      req.destroy();
    }
  });
});
