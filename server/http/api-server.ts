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

/** A server that can be listened on, in the page or on a machine. */
export interface APIServer {
  handler(req: IncomingMessage, res: ServerResponse): void;
  /** Resolves once it can answer everything: bootstrap objects written, caches filled. */
  ready: Promise<void>;
  /** Ends watches, releases what it holds. */
  close(): Promise<void>;
}

export interface APIServerOptions {
  tracer: Tracer;
  /** Puts filters and handlers onto the app, the first one to be met first. */
  install(app: Express): void;
  ready?: Promise<void>;
  close?(): Promise<void> | void;
}

export function newAPIServer({ tracer, install, ready = Promise.resolve(), close = () => undefined }: APIServerOptions): APIServer {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(withRequestContext(tracer));
  install(app);
  return {
    handler: app,
    ready,
    async close() {
      await close();
    },
  };
}

/** One for all requests: an abort without a reason would make an error, with its stack, for each. */
const RESPONSE_CLOSED = new Error('the response is closed');

/** Makes `req.ctx`: it is done when the response is, or when the client has gone before. */
function withRequestContext(tracer: Tracer) {
  return function withRequestContext(req: Request, res: Response, next: NextFunction) {
    const parent = remoteParent(req.headers.traceparent);
    const path = req.url.split('?', 1)[0]!;
    const attributes = { 'http.request.method': req.method, 'url.path': path, 'url.full': req.originalUrl, 'user_agent.original': req.headers['user-agent'] ?? '' };
    const span = tracer.startSpan(`${req.method} ${path}`, { kind: SpanKind.SERVER, attributes }, parent);
    const ctx = new RequestContext(new Cancellation(), tracer, span);
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
