/**
 * Reading another resource than the request's. Upstream's stores name the request's resource when an object is missing,
 * whatever they hold.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/generic/registry/store.go (qualifiedResourceFromContext).
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { RequestContext } from '../../http/context.ts';
import { requestInfoFrom } from '../../http/context.ts';
import { isNotFound, newNotFound } from '../../http/status.ts';
import type { Store } from '../store.ts';

export type Readable = Pick<Store, 'resource' | 'get'>;

export async function getInContext(ctx: RequestContext, store: Readable, name: string): Promise<KubeObject> {
  try {
    return await store.get(ctx, name, { resourceVersion: '' });
  } catch (err) {
    if (!isNotFound(err)) throw err;
    const { apiGroup: group, resource } = requestInfoFrom(ctx);
    throw newNotFound(resource === '' ? store.resource : { group, resource }, name);
  }
}
