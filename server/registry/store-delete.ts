/**
 * Deletion in the generic store: graceful, by way of finalizers, or at once.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/generic/registry/store.go (Delete, DeleteCollection,
 * updateForGracefulDeletionAndFinalizers, deleteWithoutFinalizers).
 */
import { deepCopy, deepEqual } from '../apimachinery/deep.ts';
import type { KubeList, KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import type { Status } from '../http/status.ts';
import { isNotFound } from '../http/status.ts';
import { withSpan } from '../observe/tracing.ts';
import type { Preconditions } from '../storage/interfaces.ts';
import { beforeDelete, deletionFinalizers, markAsDeleting } from './before-delete.ts';
import { deleteCorruptObject } from './corrupt-object-deleter.ts';
import type { DeleteOptions, ListOptions, ValidateObjectFunc } from './rest.ts';
import type { Store } from './store.ts';

const DELETE_COLLECTION_PAGE_SIZE = 10_000;

type Deletion = { object: KubeObject | Status; deleted: boolean };

export function deleteObject(this: Store, ctx: RequestContext, name: string, validate: ValidateObjectFunc, options: DeleteOptions): Promise<Deletion> {
  return withSpan(ctx, 'Store.Delete', { fn: 'deleteObject', file: 'server/registry/store-delete.ts' }, (ctx) => (options.ignoreStoreReadErrorWithClusterBreakingPotential ? deleteCorruptObject(this, ctx, name) : deleteFrom(this, ctx, name, validate, options)));
}

async function deleteFrom(store: Store, ctx: RequestContext, name: string, validate: ValidateObjectFunc, options: DeleteOptions): Promise<Deletion> {
  for (const warning of store.strategy.warningsOnDelete?.(options) ?? []) ctx.warnings.add(warning);
  const key = store.key(ctx, name);
  const found = await store.storage.get(ctx, key, { resourceVersion: '' });
  const first = beforeDelete(deepCopy(found), options, store);
  if (first.pending) return { object: answer(store, found), deleted: false };

  let preconditions: Preconditions | undefined = options.preconditions;
  const finalizers = deletionFinalizers(found, options, store.strategy.garbageCollection);
  if (first.graceful || finalizers.length > 0 || !sameSet(finalizers, found.metadata.finalizers ?? [])) {
    const marked = await markForDeletion(store, ctx, key, validate, options);
    if (!marked.deleteNow) return { object: marked.pending ? answer(store, marked.object) : marked.object, deleted: false };
    if (options.dryRun) return { object: answer(store, marked.object), deleted: true };
    if (preconditions?.resourceVersion !== undefined && marked.object.metadata.resourceVersion) {
      preconditions = { ...preconditions, resourceVersion: marked.object.metadata.resourceVersion };
    }
  }
  const last = await store.writes(options.dryRun).delete(ctx, key, { ...(preconditions && { preconditions }), validateDeletion: (obj) => validate(ctx, obj), cachedExistingObject: found });
  return { object: answer(store, last), deleted: true };
}

/** Writes the deletion's marks; `deleteNow` says that nothing keeps the object any longer. */
async function markForDeletion(store: Store, ctx: RequestContext, key: string, validate: ValidateObjectFunc, options: DeleteOptions) {
  let deleteNow = false;
  let pending = false;
  let seen: KubeObject | undefined;
  const { preconditions } = options;
  try {
    const object = await store.writes(options.dryRun).guaranteedUpdate(ctx, key, {
      ignoreNotFound: false,
      ...(preconditions && { preconditions }),
      async tryUpdate(existing) {
        if (!existing) throw new Error('guaranteedUpdate without ignoreNotFound came without an object');
        seen = existing;
        await validate(ctx, existing);
        const obj = deepCopy(existing);
        const how = beforeDelete(obj, options, store);
        pending = how.pending;
        if (pending) throw new LeaveAsIs();
        const finalizers = deletionFinalizers(obj, options, store.strategy.garbageCollection);
        if (finalizers.length > 0) obj.metadata.finalizers = finalizers;
        else delete obj.metadata.finalizers;
        deleteNow = finalizers.length === 0 && !(how.graceful && how.seconds > 0);
        if (!how.graceful) {
          if (finalizers.length === 0) throw new LeaveAsIs();
          markAsDeleting(obj, store.clock.now());
        }
        return obj;
      },
    });
    return { object, deleteNow, pending };
  } catch (err) {
    if (!(err instanceof LeaveAsIs) || !seen) throw err;
    return { object: seen, deleteNow, pending };
  }
}

/** Nothing to write: the object is on its way already, or goes at once. */
class LeaveAsIs extends Error {}

/** Whether an update took the last finalizer of an object whose time has come. */
export function shouldDeleteDuringUpdate(obj: KubeObject, existing: KubeObject): boolean {
  if ((obj.metadata.finalizers ?? []).length > 0) return false;
  return existing.metadata.deletionTimestamp !== undefined && (existing.metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

export async function deleteWithoutFinalizers(store: Store, ctx: RequestContext, key: string, obj: KubeObject, { dryRun, preconditions }: Pick<DeleteOptions, 'dryRun' | 'preconditions'>): Promise<KubeObject> {
  try {
    await store.writes(dryRun).delete(ctx, key, { ...(preconditions && { preconditions }), validateDeletion: () => undefined });
  } catch (err) {
    // two updates may both take the last finalizer; the second finds the object gone, which is what it wanted
    if (!isNotFound(err)) throw err;
  }
  return obj;
}

export async function deleteCollection(this: Store, ctx: RequestContext, validate: ValidateObjectFunc, options: DeleteOptions, listOptions: ListOptions): Promise<KubeList> {
  for (const warning of this.strategy.warningsOnDelete?.(options) ?? []) ctx.warnings.add(warning);
  const page = { ...listOptions, limit: listOptions.limit || DELETE_COLLECTION_PAGE_SIZE };
  const items: KubeObject[] = [];
  for (;;) {
    const list = await this.list(ctx, page);
    for (const item of list.items) {
      items.push(item);
      try {
        await this.delete(ctx, item.metadata.name ?? '', validate, options);
      } catch (err) {
        if (!isNotFound(err)) throw err;
      }
    }
    if (listOptions.limit > 0) return list;
    if (!list.metadata.continue) return { ...list, items };
    Object.assign(page, { continue: list.metadata.continue, resourceVersion: '', resourceVersionMatch: '' });
  }
}

/** Kinds answer a delete with a Status; the strategy of a few has them answer the object. */
function answer(store: Store, obj: KubeObject): KubeObject | Status {
  if (store.strategy.returnDeletedObject) return obj;
  const { name = '', uid = '' } = obj.metadata;
  const details = { name, ...(store.resource.group && { group: store.resource.group }), kind: store.resource.resource, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function sameSet(a: string[], b: string[]): boolean {
  return deepEqual([...a].sort(), [...b].sort());
}
