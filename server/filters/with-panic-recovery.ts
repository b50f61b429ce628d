/**
 * WithPanicRecovery answers what the steps below it threw. In Express what catches stands last, although it is outermost:
 * upstream's handler wraps all others and recovers when they panic, here the error finds its way down the stack of
 * handlers to the first that takes four parameters.
 *
 * A StatusError is an answer, which upstream's handlers write themselves. Anything else is a fault of the server: it is
 * logged, and the client learns no more than that.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/wrap.go.
 */
import type { NextFunction, Request, Response } from 'express';
import type { CodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { errorNegotiated } from '../http/responsewriters.ts';
import { StatusError } from '../http/status.ts';
import type { Logger } from '../observe/logger.ts';
import type { ErrorFilter } from './filter.ts';
import { httpError } from './http-error.ts';

/** Without codecs a Status goes out as JSON, whatever the client accepts. */
export function withPanicRecovery(log: Logger, codecs?: CodecFactory): ErrorFilter {
  return function withPanicRecovery(err: unknown, req: Request, res: Response, _next: NextFunction) {
    const request = { method: req.method, URI: req.originalUrl, auditID: req.ctx.auditID.slice(0, 64) };
    if (res.writableEnded || res.destroyed) {
      // the client has its answer, or has gone; what work was left over has been told to stop
      if (err !== req.ctx.signal.reason) log.error(err, 'Post-timeout activity', request);
      return;
    }
    if (!(err instanceof StatusError) && err !== req.ctx.signal.reason) req.ctx.audit?.panic(err);
    if (res.headersSent) {
      log.error(err, 'Timeout or abort while handling', request);
      res.destroy();
      return;
    }
    if (err instanceof StatusError) {
      errorNegotiated(err, req, res, codecs);
      return;
    }
    log.error(err, "apiserver panic'd", request);
    httpError(res, 'This request caused apiserver to panic. Look in the logs for details.', 500);
  };
}
