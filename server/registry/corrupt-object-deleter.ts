/**
 * Deletes an object that cannot be read: past preconditions, finalizers and admission, none of which could see it.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/generic/registry/corrupt_obj_deleter.go.
 */
import { invalid, newPath } from '../apimachinery/field.ts';
import type { RequestContext } from '../http/context.ts';
import { newInvalid } from '../http/status.ts';
import type { Status } from '../http/status.ts';
import { isCorruptObject } from '../storage/etcd/corrupt-object.ts';
import type { Store } from './store.ts';

export async function deleteCorruptObject(store: Store, ctx: RequestContext, name: string): Promise<{ object: Status; deleted: boolean }> {
  const { storage, resource, kind } = store;
  const key = store.key(ctx, name);
  const read: unknown = await storage.get(ctx, key, { resourceVersion: '' }).catch((err: unknown) => err);
  if (!isCorruptObject(read)) {
    throw newInvalid({ group: resource.group, kind: resource.resource }, name, [invalid(newPath('ignoreStoreReadErrorWithClusterBreakingPotential'), true, 'is exclusively used to delete corrupt object(s), try again by removing this option')]);
  }
  await storage.delete(ctx, key, { validateDeletion: () => undefined, ignoreStoreReadError: true });
  return { object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name, kind: kind.kind }, code: 200 }, deleted: true };
}
