/**
 * WithWatchTerminationDuringShutdown counts the watches, so that a server which closes can end them, one after another
 * where there is time: their clients will all come back, to another server.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/watch_termination.go, which stands in the chain only where watches are
 * given time; without any it lets them run into the end of the server, here they are ended at once.
 */
import { requestInfoFrom } from '../http/context.ts';
import type { Filter } from './filter.ts';
import type { RequestWaitGroup } from './request-wait-group.ts';
import { writeRetryAfterToResponse } from './with-wait-group.ts';

export function withWatchTerminationDuringShutdown(watches: RequestWaitGroup): Filter {
  return function withWatchTerminationDuringShutdown({ ctx }, res, next) {
    if (requestInfoFrom(ctx).verb !== 'watch') {
      next();
      return;
    }
    if (!watches.add(ctx)) {
      writeRetryAfterToResponse(res);
      return;
    }
    ctx.defer(() => watches.done(ctx));
    next();
  };
}
