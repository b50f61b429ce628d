/**
 * What an authorizer is asked about: the request info and who sends it.
 *
 * Upstream: GetAuthorizerAttributes of k8s.io/apiserver/pkg/endpoints/filters/authorization.go. Leaves out the parsed
 * selectors: RBAC does not look at them.
 */
import type { UserInfo } from '../authentication/interfaces.ts';
import type { RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { Attributes } from './interfaces.ts';

export function getAuthorizerAttributes(ctx: RequestContext): Omit<Attributes, 'user'> & { user: UserInfo | undefined } {
  const { verb, isResourceRequest, path, namespace, apiGroup, apiVersion, resource, subresource, name } = requestInfoFrom(ctx);
  return { user: ctx.user, verb, isResourceRequest, path, namespace, apiGroup, apiVersion, resource, subresource, name };
}
