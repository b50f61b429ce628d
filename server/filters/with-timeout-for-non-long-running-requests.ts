/**
 * WithTimeoutForNonLongRunningRequests answers 504 when the deadline passes before anybody below has answered; an answer
 * that has begun is cut off, so that its client does not take it for whole. What is written later goes nowhere.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/timeout.go. Leaves out nothing.
 */
import type { Response } from 'express';
import { logResponseStatus } from '../audit/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { LongRunningRequestCheck } from '../http/request-info.ts';
import { StatusError } from '../http/status.ts';
import type { ChainMetrics } from './chain-metrics.ts';
import type { Filter } from './filter.ts';

export function withTimeoutForNonLongRunningRequests(longRunning: LongRunningRequestCheck, metrics?: ChainMetrics): Filter {
  return function withTimeoutForNonLongRunningRequests(req, res, next) {
    const { ctx } = req;
    if (!longRunning(requestInfoFrom(ctx))) {
      const outer = res.getHeaderNames();
      ctx.onAbort((reason) => {
        if (!(reason instanceof StatusError) || res.writableEnded || res.destroyed) return;
        metrics?.requests.recordTermination(req, 504);
        timeOut(res, reason, outer);
      });
    }
    next();
  };
}

/** The status goes out as it is, without kind and version, and typed as what its text looks like: nothing was negotiated. */
function timeOut(res: Response, { status }: StatusError, outer: string[]): void {
  if (res.headersSent) {
    res.destroy();
  } else {
    for (const name of res.getHeaderNames()) if (!outer.includes(name)) res.removeHeader(name);
    logResponseStatus(res.req.ctx, status);
    const { kind: _kind, apiVersion: _apiVersion, ...body } = status;
    res.statusCode = 504;
    res.setHeader('Content-Type', 'text/plain; charset=utf-8');
    res.end(`${JSON.stringify(body)}\n`);
  }
  const dropped = () => res;
  Object.assign(res, { writeHead: dropped, setHeader: dropped, appendHeader: dropped, removeHeader: dropped, flushHeaders: dropped, write: () => true, end: dropped });
}
