/**
 * What a request is called in metrics.
 *
 * Upstream: CleanScope, CanonicalVerb, CleanVerb and cleanDryRun of k8s.io/apiserver/pkg/endpoints/metrics/metrics.go.
 * There a get that asks for `watch` is called one, although it is answered as a get.
 */
import type { Request } from 'express';
import { requestInfoFrom } from '../http/context.ts';
import type { RequestInfo } from '../http/request-info.ts';
import { urlQuery } from '../http/url-query.ts';

const connectSubresources = ['log', 'exec', 'portforward', 'attach', 'proxy'];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** How much of a resource the request itself names. */
export function cleanScope({ name, verb, namespace, isResourceRequest }: RequestInfo): string {
  if (name !== '' || verb === 'create') return 'resource';
  if (namespace !== '') return 'namespace';
  return isResourceRequest ? 'cluster' : '';
}

/** `route` is the one that takes the request. */
export function reportedVerb(req: Request, route: { scope: string; subresource: string }): string {
  if (requestInfoFrom(req.ctx).verb === 'watch') return 'WATCH';
  if (connectSubresources.includes(route.subresource)) return 'CONNECT';
  const method = req.method === 'HEAD' ? 'GET' : req.method;
  if (method === 'GET') return route.scope === 'resource' || route.scope === '' ? 'GET' : 'LIST';
  if (method === 'PATCH' && req.headers['content-type'] === 'application/apply-patch+yaml') return 'APPLY';
  return methods.includes(method) ? method : 'other';
}

export function dryRunOf({ url }: Request): string {
  if (!url.includes('dryRun')) return '';
  const values = urlQuery(url).getAll('dryRun');
  return values.every((value) => value === 'All') ? [...new Set(values)].join(',') : 'invalid';
}

/** Of a request that no route has taken: its verb, and what stands for group, version, resource, subresource and scope. */
export function aboutRequest(req: Request): { verb: string; of: string[] } {
  const info = requestInfoFrom(req.ctx);
  const scope = cleanScope(info);
  const { apiGroup, apiVersion, resource, subresource, path, isResourceRequest } = info;
  const verb = reportedVerb(req, { scope, subresource });
  return { verb, of: isResourceRequest ? [apiGroup, apiVersion, resource, subresource, scope] : ['', '', '', path, scope] };
}
