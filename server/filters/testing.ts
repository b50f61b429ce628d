/**
 * Sends requests through some filters, for tests. Takes what creates an HTTP server: this folder knows no Node.
 */
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tracer } from '@opentelemetry/api';
import { trace } from '@opentelemetry/api';
import type { Request } from 'express';
import { newPolicyRuleEvaluator } from '../audit/policy.ts';
import type { Policy } from '../audit/policy.ts';
import type { AuditBackend, AuditEvent } from '../audit/event.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import { newAPIServer } from '../http/api-server.ts';
import type { Clock } from '../http/context.ts';
import { newRequestInfoResolver } from '../http/request-info.ts';
import type { Logger } from '../observe/logger.ts';
import { installChain } from './chain.ts';
import type { ErrorFilter, Filter } from './filter.ts';

export const clock: Clock = { now: () => Date.now() };
export const resolver = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] });

export interface Line {
  message: string;
  values: Record<string, unknown> | undefined;
  err?: unknown;
}

export function recordingLog(): Logger & { lines: Line[] } {
  const lines: Line[] = [];
  return {
    lines,
    info: (message, values) => void lines.push({ message, values }),
    error: (err, message, values) => void lines.push({ err, message, values }),
  };
}

/** Unless the policy says otherwise: who did what and how it ended, of every request. */
export function recordingAudit(policy: Policy = { rules: [{ level: 'Metadata' }] }): AuditBackend & { events: AuditEvent[] } {
  const events: AuditEvent[] = [];
  return { events, clock, policy: newPolicyRuleEvaluator(policy), sink: { processEvents: (...some) => events.push(...some) > 0 } };
}

/** Puts something into the context, as a filter further up would have. */
export function given(fn: (req: Request) => void): Filter {
  return function given(req, _res, next) {
    fn(req);
    next();
  };
}

export const asUser = (user: UserInfo) => given((req) => void (req.ctx.user = user));

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

type Send = (path: string, init?: RequestInit) => Promise<Answer>;

export interface Options {
  filters: (Filter | ErrorFilter)[];
  handler?: Filter;
  tracer?: Tracer;
}

/** Runs `use` against a server of these filters, and closes it. */
export function testServer(createServer: (listener: RequestListener) => Server) {
  return async function serve<T>({ filters, handler = (_req, res) => void res.end('handled'), tracer = trace.getTracer('test') }: Options, use: (send: Send, base: string) => Promise<T>): Promise<T> {
    const api = newAPIServer({ tracer, install: (app) => installChain(app, filters, handler) });
    const server = createServer((req, res) => api.handler(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const send: Send = async (path, init) => {
      const response = await fetch(base + path, init);
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    try {
      return await use(send, base);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
}
