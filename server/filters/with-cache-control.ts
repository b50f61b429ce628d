/**
 * WithCacheControl tells caches on the way to keep nothing: what is answered depends on who asks.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/cachecontrol.go. Leaves out nothing.
 */
import type { Filter } from './filter.ts';

export function withCacheControl(): Filter {
  return function withCacheControl(_req, res, next) {
    if (!res.hasHeader('Cache-Control')) res.setHeader('Cache-Control', 'no-cache, private');
    next();
  };
}
