/**
 * GET of a collection: a list, or with `?watch=true` a watch.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/get.go (ListResource).
 */
import { newFieldSelector } from '../apimachinery/fields.ts';
import { requestInfoFrom } from '../http/context.ts';
import { negotiateOutput } from '../http/negotiate.ts';
import { newBadRequest, newMethodNotSupported } from '../http/status.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import { withSpan } from '../observe/tracing.ts';
import type { ListOptions, RESTStorage } from '../registry/rest.ts';
import { parseListOptions, queryOf } from './options.ts';
import { transformResponseObject } from './response.ts';
import type { RequestScope } from './scope.ts';
import { serveWatch } from './watch.ts';

/** `forceWatch`: the path itself asks for a watch (`/api/v1/watch/pods`). */
export function listResource(rest: Pick<RESTStorage, 'list' | 'watch'>, scope: RequestScope, forceWatch: boolean): RouteFunction {
  return (req, res) => {
    const output = negotiateOutput(req, scope.factory);
    const options = parseListOptions(queryOf(req.url), scope.knownField);
    selectName(options, requestInfoFrom(req.ctx).name);
    if (options.watch || forceWatch) {
      if (!rest.watch) throw newMethodNotSupported(scope.resource, 'watch');
      return serveWatch(req, res, rest.watch.bind(rest), scope, options);
    }
    if (!rest.list) throw newMethodNotSupported(scope.resource, 'list');
    const list = rest.list.bind(rest);
    return withSpan(req.ctx, 'List', { fn: 'listResource', file: 'server/endpoints/list.ts' }, async (ctx) => {
      await transformResponseObject(ctx, scope, req, res, 200, output, await list(ctx, options));
    });
  };
}

/** A name in the path, or in the field selector, makes this a request for one object. */
function selectName(options: ListOptions, name: string): void {
  if (name === '') return;
  if (options.fieldSelector.empty) options.fieldSelector = newFieldSelector([{ field: 'metadata.name', operator: '=', value: name }]);
  else if (options.fieldSelector.requiresExactMatch('metadata.name') !== name) throw newBadRequest("fieldSelector metadata.name doesn't match requested name");
}
