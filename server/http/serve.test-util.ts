/** A real server around one handler, for tests of what goes over the wire. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import express from 'express';
import type { RequestHandler } from 'express';
import { onTestFinished } from 'vitest';
import { newScheme } from '../apimachinery/scheme.ts';
import { newCodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { Cancellation } from './cancellation.ts';
import { RequestContext } from './context.ts';
import { errorNegotiated } from './responsewriters.ts';

export const factory = newCodecFactory(newScheme());
const tracer = trace.getTracer('test');

/** A server that runs one handler, and answers its errors as the chain does. */
export async function serve(handler: RequestHandler): Promise<{ port: number; contexts: RequestContext[] }> {
  const contexts: RequestContext[] = [];
  const app = express();
  app.use((req, res, next) => {
    const done = new Cancellation();
    req.ctx = new RequestContext(done, tracer, tracer.startSpan('x', {}, ROOT_CONTEXT));
    contexts.push(req.ctx);
    res.once('close', () => done.abort());
    next();
  });
  app.use(handler);
  app.use(((err, req, res, _next) => errorNegotiated(err, req, res, factory)) satisfies express.ErrorRequestHandler);
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, contexts };
}

export async function get(handler: RequestHandler, headers: Record<string, string> = {}, method = 'GET') {
  const { port } = await serve(handler);
  const req = request({ port, host: '127.0.0.1', method, headers }).end();
  const [res] = await once(req, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk);
  return { status: res.statusCode, headers: res.headers, body: Buffer.concat(chunks) };
}
