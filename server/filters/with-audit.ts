/**
 * WithAudit writes down who asked for what and how it ended: one event when the request has been received, one when it
 * is complete, and for long-running requests one in between, when the answer starts.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/audit.go.
 */
import type { Request, Response } from 'express';
import type { AuditContext } from '../audit/context.ts';
import { addAuditAnnotation } from '../audit/context.ts';
import { evaluatePolicyAndCreateAuditEvent } from '../audit/event.ts';
import type { AuditBackend } from '../audit/event.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { LongRunningRequestCheck } from '../http/request-info.ts';
import { formatDuration } from './duration.ts';
import type { Filter } from './filter.ts';
import { onHeaders } from './on-headers.ts';

/** Where a request's time went is told of those that took longer than this. */
const latencyThreshold = 500;

export function withAudit(backend: AuditBackend | undefined, longRunning: LongRunningRequestCheck): Filter {
  return function withAudit(req, res, next) {
    // where nobody reads it, nothing more is noted
    if (!backend) req.ctx.audit = undefined;
    const audit = backend && evaluatePolicyAndCreateAuditEvent(req, backend);
    if (backend && audit) {
      audit.processEventStage('RequestReceived', backend.clock);
      const lasting = longRunning(requestInfoFrom(req.ctx));
      if (lasting) {
        onHeaders(res, () => {
          audit.setResponseCode(res.statusCode);
          audit.processEventStage('ResponseStarted', backend.clock);
        });
      }
      req.ctx.defer(() => complete(req, res, audit, backend, lasting));
    }
    next();
  };
}

function complete(req: Request, res: Response, audit: AuditContext, { clock }: AuditBackend, lasting: boolean): void {
  if (audit.panicked) {
    audit.processEventStage('Panic', clock);
    return;
  }
  if (res.headersSent) {
    audit.setResponseCode(res.statusCode);
  } else {
    audit.event.responseStatus = { metadata: {}, status: 'Success', message: 'Connection closed early', code: 200 };
    if (lasting) audit.processEventStage('ResponseStarted', clock);
  }
  annotateLatency(req, clock.now() - req.ctx.requestReceivedTimestamp);
  audit.processEventStage('ResponseComplete', clock);
}

function annotateLatency({ ctx }: Request, total: number): void {
  if (total <= latencyThreshold || !ctx.latency || ctx.latency.spent.size === 0) return;
  for (const [layer, ms] of ctx.latency.spent) addAuditAnnotation(ctx, `apiserver.latency.k8s.io/${layer}`, formatDuration(ms));
  addAuditAnnotation(ctx, 'apiserver.latency.k8s.io/total', formatDuration(total));
}
