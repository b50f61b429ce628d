/**
 * WithRetryAfter refuses what comes while the server ends, and asks for another try, which should find another server.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/with_retry_after.go. Leaves out nothing.
 */
import type { Request } from 'express';
import { closeConnection } from '../http/close-connection.ts';
import type { LifecycleSignal } from '../http/lifecycle-signals.ts';
import type { Filter } from './filter.ts';
import { httpError } from './http-error.ts';

export function withRetryAfter(notAcceptingNewRequest: LifecycleSignal): Filter {
  return function withRetryAfter(req, res, next) {
    if (!notAcceptingNewRequest.signaled || isRequestExemptFromRetryAfter(req)) {
      next();
      return;
    }
    closeConnection(req, res);
    res.setHeader('Retry-After', '5');
    httpError(res, 'The apiserver is shutting down, please try again later.', 429);
  };
}

const pathPrefixesExemptFromRetryAfter = ['/readyz', '/livez', '/healthz', '/metrics'];

/** Probes have to see how the server is, and the server may have to talk to itself. */
export function isRequestExemptFromRetryAfter({ headers, url }: Request): boolean {
  return headers['user-agent']?.startsWith('kube-apiserver/') === true || pathPrefixesExemptFromRetryAfter.some((prefix) => url.startsWith(prefix));
}
