/**
 * WithRequestInfo finds out what a request is about: verb, group, version, namespace, resource, name.
 * Every later filter reads it from the context; nothing parses the path again.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/requestinfo.go. Leaves out nothing.
 */
import type { RequestInfo, RequestInfoResolver } from '../http/request-info.ts';
import { StatusError } from '../http/status.ts';
import { snapshot } from '../observe/tracing.ts';
import type { Filter } from './filter.ts';
import { internalError } from './http-error.ts';

export function withRequestInfo(resolver: RequestInfoResolver): Filter {
  return function withRequestInfo(req, res, next) {
    let info: RequestInfo;
    try {
      info = resolver.resolve(req.method, req.url);
    } catch (err) {
      if (err instanceof StatusError) throw err;
      internalError(req, res, `failed to create RequestInfo: ${err instanceof Error ? err.message : String(err)}`);
      return;
    }
    req.ctx.requestInfo = info;
    snapshot(req.ctx, 'requestInfo', () => info);
    next();
  };
}
