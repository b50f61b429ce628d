/**
 * A handler's errors are answers too: a Status as it is, any other error as status 500 with its message. What the
 * language itself throws is a mistake of ours, a panic, and goes on to the filter that recovers from it.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/rest.go (RequestScope.err).
 */
import { errorNegotiated } from '../http/responsewriters.ts';
import { StatusError } from '../http/status.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import type { RequestScope } from './scope.ts';

export function answeringErrors(handle: RouteFunction, { factory }: RequestScope): RouteFunction {
  return async function answerErrors(req, res, params) {
    try {
      await handle(req, res, params);
    } catch (err) {
      if (isPanic(err) || res.headersSent) throw err;
      errorNegotiated(err, req, res, factory);
    }
  };
}

function isPanic(err: unknown): boolean {
  if (err instanceof StatusError) return false;
  return !(err instanceof Error) || err instanceof TypeError || err instanceof RangeError || err instanceof ReferenceError;
}
