/**
 * POST: reads an object, lets admission see it, and has the registry make it.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/create.go.
 */
import { logRequestObject } from '../audit/request.ts';
import { requestInfoFrom } from '../http/context.ts';
import { negotiateOutput } from '../http/negotiate.ts';
import { newBadRequest } from '../http/status.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import { addEvent, withSpan } from '../observe/tracing.ts';
import type { RESTStorage } from '../registry/rest.ts';
import { decodeBody, dedupOwnerReferences, wipeObjectMetaSystemFields } from './decode.ts';
import { managerOrUserAgent } from './manager.ts';
import { parseWriteOptions, queryOf } from './options.ts';
import { transformResponseObject } from './response.ts';
import { admissionAttributes } from './scope.ts';
import type { RequestScope } from './scope.ts';
import { snapshotObject } from './snapshot-object.ts';
import { smallerIfTooLarge } from './too-large.ts';

export function createResource(rest: Required<Pick<RESTStorage, 'create'>> & Pick<RESTStorage, 'preservesSystemFields' | 'acceptedVersions'>, scope: RequestScope): RouteFunction {
  return (req, res) =>
    withSpan(req.ctx, 'Create', { fn: 'createResource', file: 'server/endpoints/create.ts' }, async (ctx) => {
      const output = negotiateOutput(req, scope.factory);
      const options = parseWriteOptions(queryOf(req.url), 'CreateOptions');
      const obj = await decodeBody(ctx, scope, req, options, rest.acceptedVersions);
      logRequestObject(ctx, obj, scope);
      const { namespace, name: nameInPath } = requestInfoFrom(ctx);
      if (scope.namespaced && obj.metadata.namespace && obj.metadata.namespace !== namespace) {
        throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
      }
      snapshotObject(ctx, 'received', obj);
      if (!rest.preservesSystemFields) wipeObjectMetaSystemFields(obj);
      dedupOwnerReferences(ctx, obj);
      if (scope.namespaced) obj.metadata.namespace = namespace;

      addEvent(ctx, 'About to store object in database');
      const managed = scope.fieldManager.update(undefined, obj, managerOrUserAgent(options.fieldManager, req));
      const name = nameInPath || (obj.metadata.name ?? '');
      const attributes = admissionAttributes(ctx, scope, 'CREATE', { object: managed, oldObject: undefined, dryRun: options.dryRun, name });
      await scope.admission.admit(ctx, attributes);
      dedupOwnerReferences(ctx, managed);
      const validate: Parameters<typeof rest.create>[2] = (ctx, object) =>
        Promise.resolve(scope.admission.validate(ctx, { ...attributes, object, name: name || (object.metadata.name ?? '') }));
      const result = await smallerIfTooLarge((fit) => rest.create(ctx, fit(managed), validate, options));
      addEvent(ctx, 'Write to database call succeeded');
      snapshotObject(ctx, 'stored', result);
      await transformResponseObject(ctx, scope, req, res, 201, output, result);
    });
}
