/**
 * Asks once more whether the user may do this, under another verb than the request's method says.
 *
 * Upstream: pkg/registry/core/pod/rest/authorize.go (ensureAuthorizedForVerb).
 */
import { getAuthorizerAttributes } from '../../authorization/attributes.ts';
import type { Authorizer } from '../../authorization/interfaces.ts';
import type { RequestContext } from '../../http/context.ts';
import { newForbidden, newInternalError } from '../../http/status.ts';

export async function authorizeVerb(ctx: RequestContext, authorizer: Authorizer, verb: string): Promise<void> {
  const { user, ...attributes } = getAuthorizerAttributes(ctx, ctx.user);
  if (attributes.verb === verb) return;
  if (!user) throw newInternalError('error building authorizer attributes: no user found in request');
  const { decision, reason } = await authorizer.authorize(ctx, { ...attributes, user, verb });
  if (decision !== 'allow') throw newForbidden({ group: attributes.apiGroup, resource: attributes.resource }, attributes.name, reason);
}
