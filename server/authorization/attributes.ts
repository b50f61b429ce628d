/**
 * What an authorizer is asked about: the request info and who sends it.
 *
 * Upstream: GetAuthorizerAttributes of k8s.io/apiserver/pkg/endpoints/filters/authorization.go. Leaves out what is wrong
 * with a selector that cannot be read: it counts as none.
 */
import { parseFieldSelector } from '../apimachinery/fields.ts';
import { parseLabelSelector } from '../apimachinery/label-parser.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import type { RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { Attributes } from './interfaces.ts';

export function getAuthorizerAttributes<U extends UserInfo | undefined>(ctx: RequestContext, user: U): Omit<Attributes, 'user'> & { user: U } {
  const { verb, isResourceRequest, path, namespace, apiGroup, apiVersion, resource, subresource, name, fieldSelector, labelSelector } = requestInfoFrom(ctx);
  const attributes = { user, verb, isResourceRequest, path, namespace, apiGroup, apiVersion, resource, subresource, name };
  // most requests are not narrowed, and should cost nothing more
  if (!fieldSelector && !labelSelector) return attributes;
  return {
    ...attributes,
    ...(fieldSelector && { fieldSelector: requirements(parseFieldSelector, fieldSelector) }),
    ...(labelSelector && { labelSelector: requirements(parseLabelSelector, labelSelector) }),
  };
}

/** None where the text is no selector: the question is then about everything. */
export function requirements<R>(parse: (selector: string) => { readonly requirements: readonly R[] }, selector: string): readonly R[] {
  try {
    return parse(selector).requirements;
  } catch {
    return [];
  }
}
