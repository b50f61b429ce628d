/**
 * WithWaitGroup counts the requests in flight, long-running ones apart; once the server closes, new ones are asked to try
 * again, as another server may answer them.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/waitgroup.go and watch_termination.go. Leaves out the exemption of the
 * server's own requests.
 */
import { requestInfoFrom } from '../http/context.ts';
import type { LongRunningRequestCheck } from '../http/request-info.ts';
import { newServiceUnavailable } from '../http/status.ts';
import type { Filter } from './filter.ts';
import type { RequestWaitGroup } from './request-wait-group.ts';

export interface RequestWaitGroups {
  nonLongRunning: RequestWaitGroup;
  longRunning: RequestWaitGroup;
}

export function withWaitGroup(groups: RequestWaitGroups, longRunning: LongRunningRequestCheck): Filter {
  return function withWaitGroup(req, res, next) {
    const { ctx } = req;
    const group = longRunning(requestInfoFrom(ctx)) ? groups.longRunning : groups.nonLongRunning;
    if (!group.add(ctx)) {
      res.setHeader('Retry-After', '1');
      throw newServiceUnavailable('apiserver is shutting down');
    }
    ctx.defer(() => group.done(ctx));
    next();
  };
}
