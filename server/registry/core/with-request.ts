/** The same request, as if it were about something else: for what a registry does on behalf of a request. */
import type { RequestContext } from '../../http/context.ts';
import { requestInfoFrom } from '../../http/context.ts';

export function withRequest(ctx: RequestContext, verb: string, namespace: string): RequestContext {
  const inner = ctx.withSpan(ctx.span);
  inner.requestInfo = { ...requestInfoFrom(ctx), verb, namespace, name: '', resource: '', subresource: '' };
  return inner;
}
