/**
 * A question beside the request's own: an authorizer that fails is as good as one that says no.
 *
 * Upstream: how pkg/registry/rbac/escalation_check.go and pkg/apis/certificates' authorization ask.
 */
import type { RequestContext } from '../http/context.ts';
import { AuthorizationError } from './interfaces.ts';
import type { Attributes, Authorizer } from './interfaces.ts';

export async function isAllowed(ctx: RequestContext, authorizer: Authorizer, attributes: Attributes): Promise<boolean> {
  try {
    return (await authorizer.authorize(ctx, attributes)).decision === 'allow';
  } catch (err) {
    if (err instanceof AuthorizationError) return false;
    throw err;
  }
}
