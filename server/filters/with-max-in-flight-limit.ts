/**
 * WithMaxInFlightLimit refuses what comes while too many requests are being handled, those that change something counted
 * apart from those that read. It knows no fairness: who comes first is served.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/maxinflight.go. Leaves out nothing.
 */
import { PRIVILEGED_GROUP } from '../authentication/interfaces.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { LongRunningRequestCheck, RequestInfo } from '../http/request-info.ts';
import type { ChainMetrics } from './chain-metrics.ts';
import type { Filter } from './filter.ts';
import { httpError } from './http-error.ts';

const nonMutatingRequestVerbs = ['get', 'list', 'watch'];

export const isReadOnly = ({ verb }: RequestInfo) => nonMutatingRequestVerbs.includes(verb);

/** A limit of 0 stands for none. */
export function withMaxInFlightLimit(nonMutatingLimit: number, mutatingLimit: number, longRunning: LongRunningRequestCheck, metrics?: ChainMetrics): Filter {
  const nonMutating = { limit: nonMutatingLimit, inFlight: 0 };
  const mutating = { limit: mutatingLimit, inFlight: 0 };
  return function withMaxInFlightLimit(req, res, next) {
    const { ctx } = req;
    const info = requestInfoFrom(ctx);
    const pool = isReadOnly(info) ? nonMutating : mutating;
    if (pool.limit === 0 || longRunning(info)) {
      next();
      return;
    }
    if (pool.inFlight < pool.limit) {
      pool.inFlight++;
      ctx.defer(() => pool.inFlight--);
      if (metrics) ctx.defer(metrics.inflight.enter('executing', pool === nonMutating));
      next();
      return;
    }
    // who may do anything always gets an answer
    if (ctx.user?.groups.includes(PRIVILEGED_GROUP)) {
      next();
      return;
    }
    metrics?.requests.recordDropped(req);
    res.setHeader('Retry-After', '1');
    httpError(res, 'Too many requests, please try again later.', 429);
  };
}
