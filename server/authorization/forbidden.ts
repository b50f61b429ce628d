/**
 * The answer to who may not: a Forbidden that says who wanted to do what, and where.
 *
 * Upstream: ForbiddenStatusError of k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go.
 */
import { quote } from '../apimachinery/quote.ts';
import { newForbidden } from '../http/status.ts';
import type { StatusError } from '../http/status.ts';
import type { Attributes } from './interfaces.ts';

export function forbiddenStatusError(attributes: Attributes, reason: string): StatusError {
  const message = sanitize(forbiddenMessage(attributes));
  const { apiGroup, resource, name } = attributes;
  return newForbidden({ group: apiGroup, resource }, name, reason === '' ? message : `${message}: ${reason}`);
}

/** Error texts shall not look like HTML. */
export const sanitize = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function forbiddenMessage({ user, verb, isResourceRequest, path, resource, subresource, apiGroup, namespace }: Attributes): string {
  if (!isResourceRequest) return `User ${quote(user.name)} cannot ${verb} path ${quote(path)}`;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quote(namespace)}`;
  return `User ${quote(user.name)} cannot ${verb} resource ${quote(what)} in API group ${quote(apiGroup)} ${where}`;
}
