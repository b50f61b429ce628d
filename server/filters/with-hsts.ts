/**
 * WithHSTS tells browsers to come by HTTPS only.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/hsts.go. Leaves out nothing: where there are no directives, the chain
 * goes without.
 */
import type { Filter } from './filter.ts';

export function withHSTS(directives: readonly string[]): Filter {
  const value = directives.join('; ');
  return function withHSTS(_req, res, next) {
    if (!res.hasHeader('Strict-Transport-Security')) res.setHeader('Strict-Transport-Security', value);
    next();
  };
}
