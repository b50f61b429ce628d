/**
 * Storage that goes through every check of a write and leaves the write out (`dryRun=All`).
 *
 * Upstream: k8s.io/apiserver/pkg/registry/generic/registry/dryrun.go (DryRunnableStorage).
 */
import { deepCopy } from '../apimachinery/deep.ts';
import type { StorageCodec } from '../apimachinery/serializer/storage-codec.ts';
import type { GroupResource, KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { isNotFound, newAlreadyExists } from '../http/status.ts';
import { checkPreconditions } from '../storage/preconditions.ts';
import type { DeleteOptions, Storage, UpdateOptions } from '../storage/interfaces.ts';

export type WritableStorage = Pick<Storage, 'create' | 'guaranteedUpdate' | 'delete'>;

export function newDryRunStorage(storage: Storage, resource: GroupResource, codec: StorageCodec): WritableStorage {
  /** What would be read back: not all that a body may say survives being stored. */
  const asStored = (obj: KubeObject) => codec.decode(codec.encode(obj));
  return {
    async create(ctx, key, obj) {
      if (await current(ctx, key)) throw newAlreadyExists(resource, obj.metadata.name ?? '');
      return asStored(obj);
    },
    async guaranteedUpdate(ctx, key, { ignoreNotFound, preconditions, tryUpdate }: UpdateOptions) {
      const found = ignoreNotFound ? await current(ctx, key) : await storage.get(ctx, key, { resourceVersion: '' });
      checkPreconditions(preconditions, resource, key, found);
      const next = await tryUpdate(found && deepCopy(found), ctx);
      if (found?.metadata.resourceVersion) next.metadata.resourceVersion = found.metadata.resourceVersion;
      return asStored(next);
    },
    async delete(ctx, key, { preconditions, validateDeletion }: DeleteOptions) {
      const found = await storage.get(ctx, key, { resourceVersion: '' });
      checkPreconditions(preconditions, resource, key, found);
      await validateDeletion(found);
      return found;
    },
  };

  async function current(ctx: RequestContext, key: string): Promise<KubeObject | undefined> {
    try {
      return await storage.get(ctx, key, { resourceVersion: '' });
    } catch (err) {
      if (isNotFound(err)) return undefined;
      throw err;
    }
  }
}
