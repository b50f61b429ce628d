/**
 * WithRequestReceivedTimestamp notes when the request came in; deadlines, latencies and the audit log count from here.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/request_received_time.go. Leaves out nothing.
 */
import type { Clock } from '../http/context.ts';
import type { Filter } from './filter.ts';

export function withRequestReceivedTimestamp(clock: Clock): Filter {
  return function withRequestReceivedTimestamp(req, _res, next) {
    req.ctx.requestReceivedTimestamp = clock.now();
    next();
  };
}
