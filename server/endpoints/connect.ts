/**
 * Requests that a resource takes over: logs, exec, attach, port forwarding, proxies.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/rest.go (ConnectResource) and get.go (getRequestOptions).
 */
import type { RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { newBadRequest } from '../http/status.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import { withSpan } from '../observe/tracing.ts';
import type { Connecter } from '../registry/rest.ts';
import { queryOf } from './options.ts';
import { admissionAttributes } from './scope.ts';
import type { RequestScope } from './scope.ts';

export function connectResource(connecter: Connecter, scope: RequestScope): RouteFunction {
  return (req, res) =>
    withSpan(req.ctx, 'Connect', { fn: 'connectResource', file: 'server/endpoints/connect.ts' }, async (ctx) => {
      const query = queryOf(req.url);
      if (connecter.verb === 'connect' && query.has('dryRun')) throw newBadRequest('dryRun is not supported');
      const { name } = requestInfoFrom(ctx);
      const options = connecter.options(query, connecter.tail ? subpathOf(ctx) : '');
      if (connecter.verb === 'connect') {
        const attributes = admissionAttributes(ctx, scope, 'CONNECT', { object: options, oldObject: undefined, dryRun: false, name });
        await scope.admission.admit(ctx, attributes);
        await scope.admission.validate(ctx, attributes);
      }
      await connecter.connect(ctx, name, options, req, res);
    });
}

/** What follows the subresource, with the slashes that the request had around it. */
function subpathOf(ctx: RequestContext): string {
  const { parts, path } = requestInfoFrom(ctx);
  const rest = parts.slice(3).join('/');
  const led = rest === '' || rest.startsWith('/') ? rest : `/${rest}`;
  return path.endsWith('/') && !led.endsWith('/') ? `${led}/` : led;
}
