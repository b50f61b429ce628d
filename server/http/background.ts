/**
 * Contexts for what the server does on its own account, as its loopback client would.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/serving_with_loopback.go, and request.WithNamespace.
 */
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import type { Tracer } from '@opentelemetry/api';
import { Cancellation } from './cancellation.ts';
import { RequestContext } from './context.ts';

/** Work in a namespace ('' for none) by the server itself; it is never traced. */
export function newBackgroundContext(tracer: Tracer, verb: string, namespace: string): RequestContext {
  const ctx = new RequestContext(new Cancellation(), tracer, trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
  ctx.user = { name: 'system:apiserver', groups: ['system:authenticated', 'system:masters'] };
  const nothing = { path: '', apiPrefix: '', apiGroup: '', apiVersion: '', resource: '', subresource: '', name: '', parts: [], fieldSelector: '', labelSelector: '' };
  ctx.requestInfo = { ...nothing, isResourceRequest: true, verb, namespace };
  return ctx;
}
