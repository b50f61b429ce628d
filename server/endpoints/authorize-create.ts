/**
 * A PUT or an apply that makes its object is a create, and needs that permission too.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/update.go (withAuthorization).
 */
import { forbiddenStatusError } from '../authorization/forbidden.ts';
import type { Attributes, Authorizer, AuthorizerResult } from '../authorization/interfaces.ts';
import type { RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { newInternalError } from '../http/status.ts';
import type { RequestScope } from './scope.ts';

export async function authorizeCreate(ctx: RequestContext, { authorizer, resource, subresource }: RequestScope, name: string): Promise<void> {
  if (!ctx.user) throw newInternalError('no user on request');
  const { namespace, path } = requestInfoFrom(ctx);
  const attributes = {
    user: ctx.user,
    verb: 'create',
    isResourceRequest: true,
    path,
    namespace,
    apiGroup: resource.group,
    apiVersion: resource.version,
    resource: resource.resource,
    subresource,
    name,
  };
  const { decision, reason } = await ask(ctx, authorizer, attributes);
  if (decision !== 'allow') throw forbiddenStatusError(attributes, reason);
}

async function ask(ctx: RequestContext, authorizer: Authorizer, attributes: Attributes): Promise<AuthorizerResult> {
  try {
    return await authorizer.authorize(ctx, attributes);
  } catch (err) {
    throw newInternalError(err);
  }
}
