/**
 * Whether a route can read a request's body and write what its client accepts.
 *
 * Upstream: go-restful's Route.matchesContentType and matchesAccept. They look at names alone: parameters and weights
 * are the serializer negotiation's business, and `application/*` matches nothing.
 */
const withoutBody = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'TRACE']);

const names = (header: string) => header.split(',').map((part) => part.split(';', 1)[0]!.trim());

export function matchesAccept(produces: readonly string[] | undefined, accept: string | undefined): boolean {
  if (!produces || !accept || produces.includes('*/*')) return true;
  return names(accept).some((name) => name === '*/*' || produces.includes(name));
}

export function matchesContentType(consumes: readonly string[] | undefined, method: string, contentType: string | undefined): boolean {
  if (!consumes || consumes.includes('*/*')) return true;
  if (!contentType && withoutBody.has(method)) return true;
  return names(contentType || 'application/octet-stream').some((name) => consumes.includes(name));
}
