/**
 * Devices that others use are lent to namespaces that are marked for it.
 *
 * Upstream: pkg/registry/resource/utils.go (AuthorizedForAdmin), as the strategies of claims and their templates call
 * it. Leaves out allocations in the status of a claim.
 */
import { struct, structs } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { forbidden, internal, newPath } from '../../apimachinery/field.ts';
import type { FieldError } from '../../apimachinery/field.ts';
import type { RequestContext } from '../../http/context.ts';
import { requestInfoFrom } from '../../http/context.ts';
import { newInvalid } from '../../http/status.ts';
import type { RESTStorage } from '../rest.ts';
import type { Store } from '../store.ts';

const label = 'resource.kubernetes.io/admin-access';

async function validateAdminAccess(ctx: RequestContext, spec: Fields, namespaces: Store): Promise<FieldError[]> {
  const i = structs(struct(spec, 'devices'), 'requests').findIndex((request) => struct(request, 'exactly')['adminAccess'] === true);
  if (i < 0) return [];
  const at = newPath('spec', 'devices', 'requests').index(i).child('adminAccess');
  try {
    const { metadata } = await namespaces.get(ctx, requestInfoFrom(ctx).namespace, { resourceVersion: '' });
    return metadata.labels?.[label] === 'true' ? [] : [forbidden(at, `admin access to devices requires the \`${label}: true\` label on the containing namespace`)];
  } catch (err) {
    return [internal(at, new Error(`could not retrieve namespace to verify admin access: ${err instanceof Error ? err.message : String(err)}`))];
  }
}

/** `specOf` finds the claim's spec in an object. A spec never changes, so that only a create is checked. */
export function newAdminAccessREST(rest: RESTStorage, store: Store, namespaces: Store, specOf: (obj: Fields) => Fields): RESTStorage {
  return {
    ...rest,
    async create(ctx, obj, validate, options) {
      const errors = await validateAdminAccess(ctx, specOf(obj), namespaces);
      if (errors.length > 0) throw newInvalid(store.kind, obj.metadata.name ?? '', [...errors, ...store.strategy.validate(obj)]);
      return store.create(ctx, obj, validate, options);
    },
  };
}
