/**
 * WithTracing names the request's span after its route and ties it to the audit log. The span itself, whether it is
 * sampled, and its parent from the `traceparent` header are settled where the request comes in.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/traces.go. It stands behind authentication there, so that only known
 * clients can ask to be sampled.
 */
import type { RequestInfo } from '../http/request-info.ts';
import type { Filter } from './filter.ts';

export function withTracing(): Filter {
  return function withTracing(req, _res, next) {
    const { rootSpan, requestInfo, auditID } = req.ctx;
    if (rootSpan.isRecording()) {
      rootSpan.updateName(requestInfo?.isResourceRequest ? `${req.method} ${routeOf(requestInfo)}` : req.method);
      rootSpan.setAttributes({ 'http.target': req.originalUrl, 'audit-id': auditID.slice(0, 64) });
    }
    next();
  };
}

/** The path with what differs from object to object left open. */
function routeOf({ apiPrefix, apiGroup, apiVersion, namespace, resource, name, subresource }: RequestInfo): string {
  const parts = [apiPrefix, apiGroup, apiVersion, namespace && 'namespaces/{:namespace}', resource, name && '{:name}', subresource];
  return `/${parts.filter((part) => part !== '').join('/')}`;
}
