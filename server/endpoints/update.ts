/**
 * PUT: replaces an object, if it is still the one that the client saw.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/update.go.
 */
import { deepCopy } from '../apimachinery/deep.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { logRequestObject } from '../audit/request.ts';
import type { RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { negotiateOutput } from '../http/negotiate.ts';
import { newBadRequest } from '../http/status.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import { addEvent, withSpan } from '../observe/tracing.ts';
import type { RESTStorage, ValidateObjectFunc, ValidateObjectUpdateFunc, WriteOptions } from '../registry/rest.ts';
import { authorizeCreate } from './authorize-create.ts';
import { checkName, decodeBody, dedupOwnerReferences } from './decode.ts';
import { managerOrUserAgent } from './manager.ts';
import { parseWriteOptions, queryOf } from './options.ts';
import { transformResponseObject } from './response.ts';
import { admissionAttributes } from './scope.ts';
import type { RequestScope } from './scope.ts';
import { snapshotObject } from './snapshot-object.ts';
import { fitting, smallerIfTooLarge } from './too-large.ts';

export function updateResource(rest: Required<Pick<RESTStorage, 'update'>>, scope: RequestScope): RouteFunction {
  return (req, res) =>
    withSpan(req.ctx, 'Update', { fn: 'updateResource', file: 'server/endpoints/update.ts' }, async (ctx) => {
      const output = negotiateOutput(req, scope.factory);
      const options = parseWriteOptions(queryOf(req.url), 'UpdateOptions');
      const sent = await decodeBody(ctx, scope, req, options);
      logRequestObject(ctx, sent, scope);
      const { name, namespace } = requestInfoFrom(ctx);
      if (scope.namespaced && sent.metadata.namespace && sent.metadata.namespace !== namespace) {
        throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
      }
      checkName(sent, name, namespace);
      dedupOwnerReferences(ctx, sent);
      snapshotObject(ctx, 'received', sent);

      addEvent(ctx, 'About to store object in database');
      const manager = managerOrUserAgent(options.fieldManager, req);
      const { uid } = sent.metadata;
      // a conflict runs this again, from what was sent
      const updatedObject = async (ctx: RequestContext, live: KubeObject | undefined) => {
        const object = scope.fieldManager.update(live, deepCopy(sent), manager);
        await scope.admission.admit(ctx, admissionAttributes(ctx, scope, live ? 'UPDATE' : 'CREATE', { object, oldObject: live, dryRun: options.dryRun, name }));
        dedupOwnerReferences(ctx, object);
        return object;
      };
      const { validateCreate, validateUpdate } = validators(scope, name, options);
      const { object, created } = await smallerIfTooLarge((fit) => {
        const info = { ...(uid && { preconditions: { uid } }), updatedObject: fitting(updatedObject, fit) };
        return rest.update(ctx, name, info, validateCreate, validateUpdate, { ...options, forceAllowCreate: false });
      });
      addEvent(ctx, 'Write to database call succeeded');
      snapshotObject(ctx, 'stored', object);
      await transformResponseObject(ctx, scope, req, res, created ? 201 : 200, output, object);
    });
}

/** Admission's last word on an update, and on one that turns out to make its object. */
export function validators(scope: RequestScope, name: string, { dryRun }: WriteOptions): { validateCreate: ValidateObjectFunc; validateUpdate: ValidateObjectUpdateFunc } {
  return {
    async validateCreate(ctx, object) {
      await authorizeCreate(ctx, scope, name);
      await scope.admission.validate(ctx, admissionAttributes(ctx, scope, 'CREATE', { object, oldObject: undefined, dryRun, name }));
    },
    async validateUpdate(ctx, object, oldObject) {
      await scope.admission.validate(ctx, admissionAttributes(ctx, scope, 'UPDATE', { object, oldObject, dryRun, name }));
    },
  };
}
