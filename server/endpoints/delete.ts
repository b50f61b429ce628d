/**
 * DELETE of one object, and of a collection.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/delete.go.
 */
import type { Request } from 'express';
import { newNotRegistered } from '../apimachinery/serializer/decode-error.ts';
import { logRequestObject } from '../audit/request.ts';
import { limitedReadBody } from '../http/body.ts';
import type { RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { negotiateInput, negotiateOutput } from '../http/negotiate.ts';
import { newBadRequest } from '../http/status.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import { addEvent, withSpan } from '../observe/tracing.ts';
import type { DeleteOptions, RESTStorage, ValidateObjectFunc } from '../registry/rest.ts';
import { parseDeleteOptions, parseListOptions, queryOf } from './options.ts';
import { transformResponseObject } from './response.ts';
import { MAX_REQUEST_BODY_BYTES, admissionAttributes } from './scope.ts';
import type { RequestScope } from './scope.ts';
import { authorizeUnsafeDelete, refuseUnsafeDelete, validateUnsafeDelete } from './unsafe-delete.ts';

export function deleteResource(rest: Required<Pick<RESTStorage, 'delete'>>, scope: RequestScope): RouteFunction {
  return (req, res) =>
    withSpan(req.ctx, 'Delete', { fn: 'deleteResource', file: 'server/endpoints/delete.ts' }, async (ctx) => {
      const output = negotiateOutput(req, scope.factory);
      const options = validateUnsafeDelete(await readDeleteOptions(ctx, scope, req), scope);
      const { name } = requestInfoFrom(ctx);
      await authorizeUnsafeDelete(ctx, options, scope, name);
      addEvent(ctx, 'About to delete object from database');
      const { object, deleted } = await rest.delete(ctx, name, admissionToValidateDelete(scope, name, options), options);
      addEvent(ctx, 'Object deleted from database');
      // clients that asked for cascading by the deprecated option learn by 202 that it goes on
      const status = !deleted && options.orphanDependents === false ? 202 : 200;
      await transformResponseObject(ctx, scope, req, res, status, output, object);
    });
}

export function deleteCollection(rest: Required<Pick<RESTStorage, 'deleteCollection'>>, scope: RequestScope): RouteFunction {
  return (req, res) =>
    withSpan(req.ctx, 'Delete', { fn: 'deleteCollection', file: 'server/endpoints/delete.ts' }, async (ctx) => {
      const output = negotiateOutput(req, scope.factory);
      const listOptions = parseListOptions(queryOf(req.url), scope.knownField);
      const options = validateUnsafeDelete(await readDeleteOptions(ctx, scope, req), scope);
      refuseUnsafeDelete(options);
      const list = await rest.deleteCollection(ctx, admissionToValidateDelete(scope, '', options), options, listOptions);
      await transformResponseObject(ctx, scope, req, res, 200, output, list);
    });
}

function admissionToValidateDelete(scope: RequestScope, name: string, { dryRun }: DeleteOptions): ValidateObjectFunc {
  return async (ctx, oldObject) => {
    const attributes = admissionAttributes(ctx, scope, 'DELETE', { object: undefined, oldObject, dryRun, name });
    await scope.admission.admit(ctx, attributes);
    await scope.admission.validate(ctx, attributes);
  };
}

/** Options in the body win; without a body they are in the query. */
async function readDeleteOptions(ctx: RequestContext, scope: RequestScope, req: Request): Promise<DeleteOptions> {
  const body = await limitedReadBody(req, MAX_REQUEST_BODY_BYTES);
  if (body.length === 0) return parseDeleteOptions(queryOf(req.url));
  const serializer = negotiateInput(req.headers['content-type'], scope.factory);
  try {
    const { object, gvk } = serializer.decode(body, { defaults: { group: 'meta.k8s.io', version: 'v1', kind: 'DeleteOptions' }, strict: false });
    if (gvk.kind !== 'DeleteOptions') throw newNotRegistered(gvk);
    addEvent(ctx, 'Decoded delete options');
    logRequestObject(ctx, object, scope);
    return parseDeleteOptions(object);
  } catch (err) {
    // options are of a scheme of their own
    if (err instanceof Error && err.name !== 'StatusError') throw newBadRequest(err.message.replace(/in scheme ".*"$/, 'in scheme "pkg/apis/meta/internalversion/scheme/register.go:27"'));
    throw err;
  }
}
