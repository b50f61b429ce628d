/**
 * GET of one object.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/get.go (GetResource).
 */
import { requestInfoFrom } from '../http/context.ts';
import { negotiateOutput } from '../http/negotiate.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import { withSpan } from '../observe/tracing.ts';
import type { RESTStorage } from '../registry/rest.ts';
import { parseGetOptions, queryOf } from './options.ts';
import { transformResponseObject } from './response.ts';
import type { RequestScope } from './scope.ts';

export function getResource(rest: Required<Pick<RESTStorage, 'get'>>, scope: RequestScope): RouteFunction {
  return (req, res) =>
    withSpan(req.ctx, 'Get', { fn: 'getResource', file: 'server/endpoints/get.ts' }, async (ctx) => {
      const output = negotiateOutput(req, scope.factory);
      const obj = await rest.get(ctx, requestInfoFrom(ctx).name, parseGetOptions(queryOf(req.url)));
      await transformResponseObject(ctx, scope, req, res, 200, output, obj);
    });
}
