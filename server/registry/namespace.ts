/**
 * Namespaces end in two steps: a delete only marks them; they go when the last of their own finalizers, which stand in
 * spec, has been taken.
 *
 * Upstream: pkg/registry/core/namespace/storage/storage.go.
 */
import { deepCopy } from '../apimachinery/deep.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { newConflict } from '../http/status.ts';
import type { Preconditions } from '../storage/interfaces.ts';
import { deletionFinalizers } from './before-delete.ts';
import { formatTime } from '../apimachinery/serializer/go-time.ts';
import type { RESTStorage } from './rest.ts';
import type { Store } from './store.ts';

export function newNamespaceDelete(store: Store): Required<RESTStorage>['delete'] {
  return async function deleteNamespace(ctx, name, validate, options) {
    const namespace = await store.get(ctx, name, { resourceVersion: '' });
    const { uid } = namespace.metadata;
    checkPreconditions(namespace, options.preconditions);
    const preconditions = { ...(uid && { uid }), ...options.preconditions };
    if (!namespace.metadata.deletionTimestamp) {
      const object = await store.writes(options.dryRun).guaranteedUpdate(ctx, store.key(ctx, name), {
        ignoreNotFound: false,
        preconditions,
        async tryUpdate(existing) {
          const obj = deepCopy(existing ?? namespace);
          await validate(ctx, obj);
          obj.metadata.deletionTimestamp ??= formatTime(store.clock.now());
          obj.status = { ...(obj as { status?: object }).status, phase: 'Terminating' };
          const finalizers = deletionFinalizers(obj, options, 'delete');
          if (finalizers.length > 0) obj.metadata.finalizers = finalizers;
          else delete obj.metadata.finalizers;
          return obj;
        },
      });
      return { object, deleted: false };
    }
    if (keepsNamespace(namespace)) return { object: namespace, deleted: false };
    return store.delete(ctx, name, validate, { ...options, preconditions });
  };
}

function checkPreconditions({ metadata }: KubeObject, { uid, resourceVersion }: Preconditions = {}): void {
  const fail = (what: string, wanted: string, actual = '') => newConflict({ group: '', resource: 'namespaces' }, metadata.name ?? '', `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${actual}`);
  if (uid !== undefined && uid !== metadata.uid) throw fail('UID', uid, metadata.uid);
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) throw fail('ResourceVersion', resourceVersion, metadata.resourceVersion);
}

/** A namespace stays as long as its spec holds finalizers, whatever its metadata says. */
export function keepsNamespace({ spec }: KubeObject): boolean {
  return typeof spec === 'object' && spec !== null && 'finalizers' in spec && Array.isArray(spec.finalizers) && spec.finalizers.length > 0;
}
