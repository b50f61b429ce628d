/**
 * A store that tells of stored values which cannot be read any more, and can delete them unread. It breaks what depends on
 * them, and so is behind the gate AllowUnsafeMalformedObjectDeletion, which is off.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/corrupt_obj_deleter.go. There the list that fails tells of all such values;
 * here it is read again, for that alone.
 */
import type { GroupResource } from '../../apimachinery/types.ts';
import { formatGroupResource } from '../../apimachinery/types.ts';
import type { RequestContext } from '../../http/context.ts';
import { StatusError, newInternalError, newNotFound } from '../../http/status.ts';
import type { StatusCause } from '../../http/status.ts';
import { nameFromKey } from '../errors.ts';
import type { DeleteOptions, Storage } from '../interfaces.ts';
import { isRecursive } from '../list-options.ts';
import { prepareKey } from '../prepare-key.ts';
import type { EtcdClient, KeyValue } from './client.ts';
import { prefixRangeEnd } from './client.ts';
import type { StoredForm } from './object-state.ts';
import { decodeKeyValue } from './object-state.ts';

/** What lies there is not what was written. */
export class CorruptObjectError extends Error {
  override name = 'CorruptObjectError';
}

const maxCauses = 100;
const messageOf = (err: unknown) => (err instanceof Error ? err.message : String(err));
const corruptObject = (key: string, err: CorruptObjectError) => `StorageError: corrupt object, Code: 7, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${err.message}`;

export function isCorruptObject(err: unknown): boolean {
  return err instanceof StatusError && err.message.includes('corrupt object');
}

/** The same form, which says of what it cannot make sense of that it is corrupt. */
export function interpretingCorruption({ codec, transformer }: StoredForm): StoredForm {
  function orCorrupt<T>(what: string, revision: number, read: () => T): T {
    try {
      return read();
    } catch (err) {
      throw new CorruptObjectError(`${what} revision=${revision}: ${messageOf(err)}`, { cause: err });
    }
  }
  return {
    codec: {
      encode: (obj) => codec.encode(obj),
      decode: (bytes, revision = 0) => orCorrupt('object not decodable', revision, () => codec.decode(bytes, revision)),
    },
    transformer: {
      transformToStorage: (data, context) => transformer.transformToStorage(data, context),
      transformFromStorage: (data, context) => orCorrupt('data from the storage is not transformable', 0, () => transformer.transformFromStorage(data, context)),
    },
  };
}

interface UnsafeDeletionOptions {
  client: EtcdClient;
  stored: StoredForm;
  pathPrefix: string;
  groupResource: GroupResource;
}

export function withUnsafeCorruptObjectDeletion(storage: Storage, { client, stored, pathPrefix, groupResource }: UnsafeDeletionOptions): Storage {
  /** What is wrong with it, if it cannot be read. */
  function causeOf(kv: KeyValue): StatusCause[] {
    try {
      decodeKeyValue(stored, kv);
      return [];
    } catch (err) {
      return err instanceof CorruptObjectError ? [{ reason: 'UnexpectedServerResponse', message: corruptObject(kv.key, err), field: kv.key }] : [];
    }
  }

  async function storageReadError(ctx: RequestContext, key: string): Promise<StatusError> {
    const prefix = prepareKey(pathPrefix, key);
    const { kvs } = await client.range({ key: prefix, ...(isRecursive(key) && { rangeEnd: prefixRangeEnd(prefix) }) }, ctx);
    const all = kvs.flatMap(causeOf);
    const causes = all.length > maxCauses ? [...all.slice(0, maxCauses), { reason: 'FieldValueTooMany', message: 'too many errors, the list is truncated' }] : all;
    const { group, resource } = groupResource;
    return new StatusError(500, 'StorageReadError', `failed to read one or more ${formatGroupResource(groupResource)} from the storage`, { ...(group && { group }), kind: resource, name: 'list', causes });
  }

  /** Whatever lies there goes. */
  async function deleteUnread(ctx: RequestContext, key: string): Promise<void> {
    const preparedKey = prepareKey(pathPrefix, key);
    for (;;) {
      const [found] = (await client.range({ key: preparedKey }, ctx)).kvs;
      if (!found) throw newNotFound(groupResource, nameFromKey(key));
      const { succeeded } = await client.txn({ compare: [{ key: preparedKey, target: 'mod', result: 'equal', value: found.modRevision }], success: [{ op: 'deleteRange', key: preparedKey }], failure: [] }, ctx);
      if (succeeded) return;
    }
  }

  return {
    get supportsWatchProgress() {
      return storage.supportsWatchProgress;
    },
    get compactRevision() {
      return storage.compactRevision;
    },
    create: (...request) => storage.create(...request),
    watch: (...request) => storage.watch(...request),
    guaranteedUpdate: (...request) => storage.guaranteedUpdate(...request),
    getCurrentResourceVersion: (ctx) => storage.getCurrentResourceVersion(ctx),
    stats: () => storage.stats(),
    refreshStats: async (...request) => storage.refreshStats?.(...request),
    readinessCheck: () => storage.readinessCheck(),
    close: () => storage.close(),
    get: (ctx, key, options) =>
      storage.get(ctx, key, options).catch((err: unknown) => {
        throw err instanceof CorruptObjectError ? newInternalError(corruptObject(key, err)) : err;
      }),
    getList: (ctx, key, options) =>
      storage.getList(ctx, key, options).catch(async (err: unknown) => {
        throw err instanceof CorruptObjectError ? await storageReadError(ctx, key) : err;
      }),
    async delete(ctx: RequestContext, key: string, options: DeleteOptions) {
      if (!options.ignoreStoreReadError) return storage.delete(ctx, key, options);
      await deleteUnread(ctx, key);
      // there is nothing to be told of it
      return { kind: '', apiVersion: '', metadata: {} };
    },
  };
}
