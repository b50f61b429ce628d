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
  return function answerErrors(req, res, params) {
    const answer = (thrown: unknown) => {
      const err = isStackOverflow(thrown) ? newBadRequest('exceeded max depth') : thrown;
      if (isPanic(err) || res.headersSent) throw thrown;
      errorNegotiated(err, req, res, factory);
    };
    // not awaited: a watch would keep what waits for it
    try {
      return handle(req, res, params)?.catch(answer);
    } catch (err) {
      answer(err);
    }
  };
}

function isPanic(err: unknown): boolean {
  if (err instanceof StatusError) return false;
  return !(err instanceof Error) || err instanceof TypeError || err instanceof RangeError || err instanceof ReferenceError;
}
