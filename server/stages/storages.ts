/**
 * How the stages put a resource's objects into etcd, and a watch cache in front of it.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/generic/registry/storage_factory.go (StorageWithCacher) and
 * pkg/server/options/etcd.go.
 */
import { newStorageCodec } from '../apimachinery/serializer/storage-codec.ts';
import { formatGroupResource } from '../apimachinery/types.ts';
import type { StorageTarget } from '../registry/builtin.ts';
import { newCacher } from '../storage/cacher/cacher.ts';
import type { Compactor } from '../storage/etcd/compact.ts';
import { newEtcdStore } from '../storage/etcd/store.ts';
import type { Storage } from '../storage/interfaces.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import type { ServerConfig } from './stage.ts';

export type NewStorage = (target: StorageTarget) => Storage;

interface UndecoratedOptions extends Pick<ServerConfig, 'etcd' | 'etcdPrefix' | 'transformerForResource' | 'storageMediaType' | 'leaseReuseDurationSeconds'> {
  /** Knows what etcd has forgotten. */
  compactor?: Compactor;
}

/** Straight into etcd: every read and every watch is one of etcd's. */
export function newUndecoratedStorage({ scheme, factory, defaulter }: Machinery, { etcd, etcdPrefix, transformerForResource, storageMediaType, leaseReuseDurationSeconds, compactor }: UndecoratedOptions): NewStorage {
  return ({ kind, resource, newFunc }) => {
    const codec = newStorageCodec(factory, kind, storageMediaType, defaulter, scheme.storageKind(kind));
    const transformer = transformerForResource?.(resource);
    return newEtcdStore({ client: etcd, leaseReuseDurationSeconds, ...(compactor && { compactor }), codec, ...(transformer && { transformer }), pathPrefix: etcdPrefix, groupResource: resource, newFunc });
  };
}

/** What is written often and seldom read is not worth a cache. */
const defaultWatchCacheSizes: Record<string, number> = { events: 0, 'events.events.k8s.io': 0 };

type CacherOptions = Pick<ServerConfig, 'clock' | 'log' | 'watchCache' | 'watchCacheSizes'>;

/** One watch on etcd for each resource, from which all its readers are served. */
export function newStorageWithCacher({ encodings }: Machinery, { clock, log, watchCache, watchCacheSizes }: CacherOptions, undecorated: NewStorage): NewStorage {
  const sizes = { ...defaultWatchCacheSizes, ...watchCacheSizes };
  return (target) => {
    const storage = undecorated(target);
    if (!watchCache || sizes[formatGroupResource(target.resource)] === 0) return storage;
    return newCacher({
      storage,
      resourcePrefix: target.prefix,
      groupResource: target.resource,
      namespaced: target.namespaced,
      getAttrs: target.getAttrs,
      newFunc: target.newFunc,
      clock,
      encodings,
      log,
    });
  };
}
