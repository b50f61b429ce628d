/**
 * `ignoreStoreReadErrorWithClusterBreakingPotential`: a delete of what cannot be read. It says nothing where the gate is
 * off; where it is on, it goes with no other option, and needs a permission of its own.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/delete.go (authorizeUnsafeDelete), ValidateIgnoreStoreReadError of
 * k8s.io/apimachinery/pkg/apis/meta/v1/validation.
 */
import { invalid, newPath } from '../apimachinery/field.ts';
import { addAuditAnnotation } from '../audit/context.ts';
import type { RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { newForbidden, newInvalid } from '../http/status.ts';
import type { DeleteOptions } from '../registry/rest.ts';
import type { RequestScope } from './scope.ts';

const option = newPath('ignoreStoreReadErrorWithClusterBreakingPotential');
const verb = 'unsafe-delete-ignore-read-errors';

/** The options as they count here. */
export function validateUnsafeDelete(options: DeleteOptions, { allowUnsafeMalformedObjectDeletion }: RequestScope): DeleteOptions {
  const { ignoreStoreReadErrorWithClusterBreakingPotential: isUnsafe, ...others } = options;
  if (!isUnsafe || !allowUnsafeMalformedObjectDeletion) return others;
  const given = { dryRun: options.dryRun || undefined, propagationPolicy: options.propagationPolicy, orphanDependents: options.orphanDependents, gracePeriodSeconds: options.gracePeriodSeconds, preconditions: options.preconditions?.uid ?? options.preconditions?.resourceVersion };
  const excluded = Object.entries(given).filter(([, value]) => value !== undefined);
  refuse(excluded.map(([name]) => `cannot be set together with .${name}`));
  return options;
}

export function refuseUnsafeDelete({ ignoreStoreReadErrorWithClusterBreakingPotential: isUnsafe }: DeleteOptions): void {
  refuse(isUnsafe ? ['is not allowed with DELETECOLLECTION, try again after removing the option'] : []);
}

function refuse(reasons: string[]): void {
  if (reasons.length > 0) throw newInvalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', reasons.map((why) => invalid(option, true, why)));
}

export async function authorizeUnsafeDelete(ctx: RequestContext, { ignoreStoreReadErrorWithClusterBreakingPotential: isUnsafe }: DeleteOptions, { authorizer, resource, subresource }: RequestScope, name: string): Promise<void> {
  if (!isUnsafe) return;
  addAuditAnnotation(ctx, 'apiserver.k8s.io/unsafe-delete-ignore-read-error', '');
  if (!ctx.user) throw newForbidden(resource, name, 'no user on request');
  if (subresource !== '') throw newForbidden(resource, name, 'ignoreStoreReadErrorWithClusterBreakingPotential delete option is not allowed on a subresource or non-resource request');
  const { namespace, path } = requestInfoFrom(ctx);
  const attributes = { user: ctx.user, verb, isResourceRequest: true, path, namespace, apiGroup: resource.group, apiVersion: resource.version, resource: resource.resource, subresource, name };
  const { decision, reason } = await authorizer.authorize(ctx, attributes);
  if (decision !== 'allow') throw newForbidden(resource, name, `not permitted to do "${verb}", reason: ${reason}`);
}
