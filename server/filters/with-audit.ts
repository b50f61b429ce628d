/**
 * WithAudit writes down who asked for what and how it ended: one event when the request has been received, one when it
 * is complete, and for long-running requests one in between, when the answer starts. Each is handed over before the
 * client learns of it.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/audit.go. There all events are waited for where the backend blocks;
 * here only the first is, before the request is served.
 */
import type { Request, Response } from 'express';
import type { AuditContext } from '../audit/context.ts';
import { addAuditAnnotation } from '../audit/context.ts';
import { evaluatePolicyAndCreateAuditEvent } from '../audit/event.ts';
import type { AuditBackend } from '../audit/event.ts';
import type { Clock } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { LongRunningRequestCheck } from '../http/request-info.ts';
import { snapshot } from '../observe/tracing.ts';
import { formatDuration } from './duration.ts';
import type { Filter } from './filter.ts';
import { internalError } from './http-error.ts';
import { onHeaders } from './on-headers.ts';

/** Where a request's time went is told of those that took longer than this. */
const latencyThreshold = 500;

export function withAudit(backend: AuditBackend | undefined, longRunning: LongRunningRequestCheck): Filter {
  return function withAudit(req, res, next) {
    // where nobody reads it, nothing more is noted
    if (!backend) req.ctx.audit = undefined;
    const audit = backend && evaluatePolicyAndCreateAuditEvent(req, backend);
    if (!backend || !audit) return next();
    showEvent(req, audit);
    const { clock } = backend;
    const go = (received: boolean) => {
      if (!received) return internalError(req, res, new Error('failed to store audit event'));
      followAnswer(req, res, audit, clock, longRunning(requestInfoFrom(req.ctx)));
      next();
    };
    const received = audit.processEventStage('RequestReceived', clock);
    return typeof received === 'boolean' ? go(received) : received.then(go);
  };
}

/** In a trace the event stands as it was in the end. */
function showEvent({ ctx }: Request, audit: AuditContext): void {
  if (!ctx.span.isRecording()) return;
  const own = ctx.withSpan(ctx.span);
  ctx.defer(() => snapshot(own, 'event', () => ({ ...audit.event, annotations: Object.fromEntries(audit.annotations) })));
}

function followAnswer(req: Request, res: Response, audit: AuditContext, clock: Clock, lasting: boolean): void {
  let [started, completed] = [false, false];
  const start = () => {
    if (started || audit.panicked) return;
    started = true;
    audit.setResponseCode(res.statusCode);
    if (lasting) void audit.processEventStage('ResponseStarted', clock);
  };
  const complete = () => {
    if (completed) return;
    completed = true;
    if (audit.panicked) return void audit.processEventStage('Panic', clock);
    annotateLatency(req, clock.now() - req.ctx.requestReceivedTimestamp);
    void audit.processEventStage('ResponseComplete', clock);
  };
  onHeaders(res, start);
  onEnd(res, () => {
    start();
    complete();
  });
  req.ctx.defer(() => {
    if (!started && !completed) {
      audit.event.responseStatus = { metadata: {}, status: 'Success', message: 'Connection closed early', code: 200 };
      if (lasting) void audit.processEventStage('ResponseStarted', clock);
    }
    complete();
  });
}

/** Calls `fn` when the last of the answer is about to leave. */
function onEnd(res: Response, fn: () => void): void {
  const end: Response['end'] = res.end.bind(res);
  res.end = function (this: Response, ...args: Parameters<Response['end']>) {
    fn();
    return end(...args);
  } as Response['end'];
}

function annotateLatency({ ctx }: Request, total: number): void {
  if (total <= latencyThreshold || !ctx.latency || ctx.latency.spent.size === 0) return;
  for (const [layer, ms] of ctx.latency.spent) addAuditAnnotation(ctx, `apiserver.latency.k8s.io/${layer}`, formatDuration(ms));
  addAuditAnnotation(ctx, 'apiserver.latency.k8s.io/total', formatDuration(total));
}
