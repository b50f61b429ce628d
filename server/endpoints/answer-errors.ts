/**
 * A handler's errors are answers too: a Status as it is, any other error as status 500 with its message. What the
 * language itself throws is a mistake of ours, a panic, and goes on to the filter that recovers from it; but for a stack
 * that is too small, which only input can make it that is nested deeper than ours takes.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/rest.go (RequestScope.err).
 */
import { isStackOverflow } from '../apimachinery/serializer/decode-error.ts';
import { errorNegotiated } from '../http/responsewriters.ts';
import { StatusError, newBadRequest } from '../http/status.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import type { RequestScope } from './scope.ts';

export function answeringErrors(handle: RouteFunction, { factory }: RequestScope): RouteFunction {
  return async function answerErrors(req, res, params) {
    try {
      await handle(req, res, params);
    } catch (err) {
      const answer = isStackOverflow(err) ? newBadRequest('exceeded max depth') : err;
      if (isPanic(answer) || res.headersSent) throw err;
      errorNegotiated(answer, req, res, factory);
    }
  };
}

function isPanic(err: unknown): boolean {
  if (err instanceof StatusError) return false;
  return !(err instanceof Error) || err instanceof TypeError || err instanceof RangeError || err instanceof ReferenceError;
}
