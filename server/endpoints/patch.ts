/**
 * PATCH: four ways to say what should change, one way to change it.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
 */
import type { Request } from 'express';
import type { KubeObject } from '../apimachinery/types.ts';
import { logRequestPatch } from '../audit/request.ts';
import { limitedReadBody } from '../http/body.ts';
import type { RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { negotiateOutput } from '../http/negotiate.ts';
import { newBadRequest, newConflict, newUnsupportedMediaType } from '../http/status.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import { holdsSecrets } from '../observe/secrets.ts';
import { addEvent, snapshot, withSpan } from '../observe/tracing.ts';
import type { RESTStorage } from '../registry/rest.ts';
import { checkName, dedupOwnerReferences } from './decode.ts';
import { managerOrUserAgent } from './manager.ts';
import { parseWriteOptions, queryOf } from './options.ts';
import { APPLY_PATCH, newPatchMechanism, patchTypes } from './patch-mechanism.ts';
import { transformResponseObject } from './response.ts';
import { MAX_REQUEST_BODY_BYTES, admissionAttributes } from './scope.ts';
import type { RequestScope } from './scope.ts';
import { snapshotObject } from './snapshot-object.ts';
import { asItIs, fitting, smallerIfTooLarge } from './too-large.ts';
import type { Fit } from './too-large.ts';
import { validators } from './update.ts';

export function patchResource(rest: Required<Pick<RESTStorage, 'update'>>, scope: RequestScope): RouteFunction {
  return (req, res) =>
    withSpan(req.ctx, 'Patch', { fn: 'patchResource', file: 'server/endpoints/patch.ts' }, async (ctx) => {
      const patchType = patchTypeOf(req);
      const output = negotiateOutput(req, scope.factory);
      const patch = await limitedReadBody(req, MAX_REQUEST_BODY_BYTES);
      addEvent(ctx, 'limitedReadBody succeeded', { len: patch.length });
      if (!holdsSecrets(scope.kind)) snapshot(ctx, 'patch', () => ({ type: patchType, patch: new TextDecoder().decode(patch) }));
      const options = parseWriteOptions(queryOf(req.url), 'PatchOptions', patchType);
      logRequestPatch(ctx, patch);
      const { name, subresource } = requestInfoFrom(ctx);
      const apply = newPatchMechanism(patchType, patch, scope, { ...options, manager: managerOrUserAgent(options.fieldManager, req) });
      // subresources make no objects
      const mayCreate = patchType === APPLY_PATCH && !subresource;

      const updatedObject = async (ctx: RequestContext, live: KubeObject | undefined) => {
        addEvent(ctx, 'About to apply patch');
        const object = apply(ctx, live);
        checkPatched(ctx, scope, object, live, name);
        addEvent(ctx, 'About to check admission control');
        await scope.admission.admit(ctx, admissionAttributes(ctx, scope, live ? 'UPDATE' : 'CREATE', { object, oldObject: live, dryRun: options.dryRun, name }));
        dedupOwnerReferences(ctx, object);
        return object;
      };
      const { validateCreate, validateUpdate } = validators(scope, name, options);
      const write = (fit: Fit) => rest.update(ctx, name, { updatedObject: fitting(updatedObject, fit) }, validateCreate, validateUpdate, { ...options, forceAllowCreate: mayCreate });
      // what is applied is nothing without its managed fields
      const { object, created } = await (patchType === APPLY_PATCH ? write(asItIs) : smallerIfTooLarge(write));
      addEvent(ctx, 'Object stored in database');
      snapshotObject(ctx, 'stored', object);
      await transformResponseObject(ctx, scope, req, res, created ? 201 : 200, output, object);
    });
}

function patchTypeOf(req: Request): string {
  const patchType = (req.headers['content-type'] ?? '').split(';', 1)[0]!.trim();
  if (!patchTypes.includes(patchType)) throw newUnsupportedMediaType(patchTypes);
  return patchType;
}

/** A patch moves its object nowhere: not to another name, namespace or identity. */
function checkPatched(ctx: RequestContext, scope: RequestScope, object: KubeObject, live: KubeObject | undefined, name: string): void {
  const { namespace } = requestInfoFrom(ctx);
  if (object.metadata.uid && !live) {
    throw newConflict(scope.resource, name, `uid mismatch: the provided object specified uid ${object.metadata.uid}, and no existing object was found`);
  }
  if (scope.namespaced && object.metadata.namespace && object.metadata.namespace !== namespace) {
    throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  checkName(object, name, namespace);
}
