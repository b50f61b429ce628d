/**
 * WithWaitGroup counts the requests in flight that are not long-running, so that a server which closes can wait for them.
 * Those that come later are asked to try again, as another server may answer them.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/waitgroup.go. Leaves out nothing.
 */
import type { Response } from 'express';
import { requestInfoFrom } from '../http/context.ts';
import type { LongRunningRequestCheck } from '../http/request-info.ts';
import { newServiceUnavailable } from '../http/status.ts';
import type { Filter } from './filter.ts';
import type { RequestWaitGroup } from './request-wait-group.ts';
import { isRequestExemptFromRetryAfter } from './with-retry-after.ts';

export function withWaitGroup(requests: RequestWaitGroup, longRunning: LongRunningRequestCheck): Filter {
  return function withWaitGroup(req, res, next) {
    const { ctx } = req;
    if (longRunning(requestInfoFrom(ctx))) {
      next();
      return;
    }
    if (requests.add(ctx)) {
      ctx.defer(() => requests.done(ctx));
      next();
      return;
    }
    if (isRequestExemptFromRetryAfter(req)) next();
    else writeRetryAfterToResponse(res);
  };
}

/** A Status, whatever the client accepts, with two line feeds: one is the encoder's. */
export function writeRetryAfterToResponse(res: Response): void {
  res.setHeader('Retry-After', '1');
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.statusCode = 503;
  res.end(`${JSON.stringify(newServiceUnavailable('apiserver is shutting down').status)}\n\n`);
}
