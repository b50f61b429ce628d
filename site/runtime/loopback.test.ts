/** The handler here is a plain one: the stages answer the same requests in the browser's tests. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { newLoopback } from './loopback.ts';
import { CLOSED } from './stage-host.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const send = (handler: (req: IncomingMessage, res: ServerResponse) => void, body?: string, signal?: AbortSignal) =>
  newLoopback(handler)({ method: 'POST', path: '/a?b=c', headers: { authorization: 'Bearer t' }, ...(body !== undefined && { body }) }, signal);

describe('a client in the worker', () => {
  test('sends its body and its headers, and is answered', async () => {
    const { status, headers, body } = await send((req, res) => {
      const pieces: Buffer[] = [];
      req.on('data', (piece: Uint8Array) => pieces.push(Buffer.from(piece)));
      req.on('end', () => res.writeHead(201, { 'X-Got': `${req.method} ${req.url} ${req.headers.authorization} ${req.headers['content-length']}` }).end(bytes(`got ${Buffer.concat(pieces).toString()}`)));
    }, 'Grüße');
    expect(status).toBe(201);
    expect(Object.fromEntries(headers)['X-Got']).toBe('POST /a?b=c Bearer t 7');
    expect(await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).text()).toBe('got Grüße');
  });

  test('reads an answer as it comes, and hangs up when it leaves', async () => {
    const left = Promise.withResolvers<void>();
    const { body } = await send((_req, res) => {
      res.on('close', () => left.resolve());
      res.flushHeaders();
      res.write(bytes('one'));
    });
    const reader = body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('one');
    await reader.cancel();
    await left.promise;
  });

  test('that is aborted reads no further, and the server knows', async () => {
    const left = Promise.withResolvers<void>();
    const stop = new AbortController();
    const { body } = await send((_req, res) => {
      res.on('close', () => left.resolve());
      res.flushHeaders();
    }, undefined, stop.signal);
    const read = body!.getReader().read();
    stop.abort(new Error('enough'));
    await expect(read).rejects.toThrow('enough');
    await left.promise;
    await expect(send(() => undefined, undefined, stop.signal)).rejects.toThrow('enough');
  });

  test('is told when the server hangs up, before its answer and in it', async () => {
    await expect(send((_req, res) => void res.destroy())).rejects.toThrow(CLOSED);
    const { body } = await send((_req, res) => {
      res.flushHeaders();
      setTimeout(() => res.destroy(), 1);
    });
    await expect(body!.getReader().read()).rejects.toThrow(CLOSED);
  });

  test('that reads slowly keeps the server waiting', async () => {
    let written = 0;
    const { body } = await send((_req, res) => {
      const more = () => {
        while (written < 50) {
          written++;
          if (!res.write(new Uint8Array(10_000))) return void res.once('drain', more);
        }
        res.end();
      };
      more();
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(written).toBeLessThan(50);
    expect((await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer()).byteLength).toBe(500_000);
  });
});
