/**
 * The outermost layer: an Express app that gives each request its context and root span, then hands it to what the
 * stage composed.
 *
 * Upstream: k8s.io/apiserver/pkg/server/handler.go (APIServerHandler) and the context that net/http gives a request.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import type { Express, NextFunction, Request, Response } from 'express';
import { ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import type { Context, Tracer } from '@opentelemetry/api';
import { Cancellation } from './cancellation.ts';
import { RequestContext } from './context.ts';
import type { NewGzip } from './context.ts';
import { newHTTP2App } from './http2-app.ts';

/** What requests come in by. */
export interface HTTPServer {
  /** Takes no new connections; resolves when those that are left have ended, or are cut off after so many milliseconds. */
  shutdown(timeout: number): Promise<void>;
}

/** A server that can be listened on, in the page or on a machine. */
export interface APIServer {
  handler(req: IncomingMessage, res: ServerResponse): void;
  /** Resolves once it can answer everything: bootstrap objects written, caches filled. */
  ready: Promise<void>;
  /** Answers what is in flight, ends watches, releases what it holds. `http` is shut down when its time has come. */
  close(http?: HTTPServer): Promise<void>;
}

export interface APIServerOptions {
  tracer: Tracer;
  /** What packs answers; without it the platform's own. */
  newGzip?: NewGzip;
  /** Puts filters and handlers onto the app, the first one to be met first. */
  install(app: Express): void;
  ready?: Promise<void>;
  close?(http?: HTTPServer): Promise<void> | void;
}

/** Milliseconds that clients have to take the end of their answers, where nothing else is said. */
const SHUTDOWN_TIMEOUT = 100;

export function newAPIServer({ tracer, newGzip, install, ready = Promise.resolve(), close = (http) => void http?.shutdown(SHUTDOWN_TIMEOUT) }: APIServerOptions): APIServer {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(withRequestContext(tracer, newGzip));
  install(app);
  app.use(abortHandler);
  let http2: Express | undefined;
  return {
    handler(req, res) {
      if (req.httpVersionMajor === 2) (http2 ??= newHTTP2App(app, req, res))(req, res);
      else app(req, res);
    },
    ready,
    async close(http) {
      await close(http);
    },
  };
}

/** What nobody has caught ends the connection, as in net/http; Express would show the client its stack. */
function abortHandler(_err: unknown, _req: Request, res: Response, _next: NextFunction): void {
  res.destroy();
}

/** One for all requests: an abort without a reason would make an error, with its stack, for each. */
const RESPONSE_CLOSED = new Error('the response is closed');

/** Makes `req.ctx`: it is done when the response is, or when the client has gone before. */
function withRequestContext(tracer: Tracer, newGzip?: NewGzip) {
  return function withRequestContext(req: Request, res: Response, next: NextFunction) {
    const parent = remoteParent(req.headers.traceparent);
    const path = req.url.split('?', 1)[0]!;
    const attributes = { 'http.request.method': req.method, 'url.path': path, 'url.full': req.originalUrl, 'user_agent.original': req.headers['user-agent'] ?? '' };
    const span = tracer.startSpan(`${req.method} ${path}`, { kind: SpanKind.SERVER, attributes }, parent);
    const ctx = new RequestContext(new Cancellation(), tracer, span);
    if (newGzip) ctx.newGzip = newGzip;
    req.ctx = ctx;
    // what was deferred runs when the answer has been handed over, or when the client has gone without one
    res.on('finish', () => ctx.runDeferred());
    res.on('close', () => {
      ctx.runDeferred();
      span.setAttribute('http.response.status_code', res.statusCode);
      span.end();
      ctx.abort(RESPONSE_CLOSED);
    });
    next();
  };
}

/** W3C trace context: a client may name the trace that its request belongs to. */
function remoteParent(header: string | string[] | undefined): Context {
  const match = typeof header === 'string' && /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(header);
  if (!match) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = match;
  const sampled = Number.parseInt(flags!, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId: traceId!, spanId: spanId!, traceFlags: sampled, isRemote: true });
}
