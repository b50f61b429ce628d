/**
 * How the stages put a resource's objects into etcd, and a watch cache in front of it.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/generic/registry/storage_factory.go (StorageWithCacher) and
 * pkg/server/options/etcd.go.
 */
import { newStorageCodec } from '../apimachinery/serializer/storage-codec.ts';
import { formatGroupResource } from '../apimachinery/types.ts';
import type { StorageTarget } from '../registry/builtin.ts';
import { newCacheDelegator } from '../storage/cacher/delegator.ts';
import type { Compactor } from '../storage/etcd/compact.ts';
import { interpretingCorruption, withUnsafeCorruptObjectDeletion } from '../storage/etcd/corrupt-object.ts';
import { answeringUnavailable } from '../storage/etcd/errors.ts';
import { newEtcdStore } from '../storage/etcd/store.ts';
import type { Storage } from '../storage/interfaces.ts';
import { identityTransformer } from '../storage/value/transformer.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import type { ServerConfig } from './stage.ts';

export type NewStorage = (target: StorageTarget) => Storage;

interface UndecoratedOptions extends Pick<ServerConfig, 'etcd' | 'etcdOverrides' | 'etcdPrefix' | 'transformerForResource' | 'storageMediaType' | 'leaseReuseDurationSeconds' | 'allowUnsafeMalformedObjectDeletion'> {
  /** Knows what etcd has forgotten. */
  compactor?: Compactor;
}

/** Straight into etcd: every read and every watch is one of etcd's. */
export function newUndecoratedStorage({ scheme, factory, defaulter, metrics }: Machinery, { etcd, etcdOverrides, etcdPrefix, transformerForResource, storageMediaType, leaseReuseDurationSeconds, allowUnsafeMalformedObjectDeletion, compactor }: UndecoratedOptions): NewStorage {
  const usual = answeringUnavailable(etcd);
  return ({ kind, resource, newFunc }) => {
    const override = etcdOverrides?.get(formatGroupResource(resource));
    const client = override ? answeringUnavailable(override) : usual;
    const codec = newStorageCodec(factory, kind, storageMediaType, defaulter, scheme.storageKind(kind));
    const transformer = transformerForResource?.(resource, metrics.transformation(formatGroupResource(resource))) ?? identityTransformer;
    const stored = allowUnsafeMalformedObjectDeletion ? interpretingCorruption({ codec, transformer }) : { codec, transformer };
    const place = { client, pathPrefix: etcdPrefix, groupResource: resource };
    const store = newEtcdStore({ ...place, ...stored, leaseReuseDurationSeconds, ...(compactor && !override && { compactor }), newFunc, metrics: metrics.etcd });
    return allowUnsafeMalformedObjectDeletion ? withUnsafeCorruptObjectDeletion(store, { ...place, stored }) : store;
  };
}

/** What is written often and seldom read is not worth a cache. */
const defaultWatchCacheSizes: Record<string, number> = { events: 0, 'events.events.k8s.io': 0 };

type CacherOptions = Pick<ServerConfig, 'clock' | 'log' | 'watchCache' | 'watchCacheSizes' | 'caches'>;

/** One watch on etcd for each resource, from which all its readers are served. */
export function newStorageWithCacher({ encodings, metrics }: Machinery, { clock, log, watchCache, watchCacheSizes, caches }: CacherOptions, undecorated: NewStorage): NewStorage {
  const sizes = { ...defaultWatchCacheSizes, ...watchCacheSizes };
  return (target) => {
    const storage = undecorated(target);
    if (!watchCache || sizes[formatGroupResource(target.resource)] === 0) return storage;
    return newCacheDelegator({
      storage,
      resourcePrefix: target.prefix,
      groupResource: target.resource,
      namespaced: target.namespaced,
      getAttrs: target.getAttrs,
      indexField: target.indexField,
      newFunc: target.newFunc,
      clock,
      encodings,
      log,
      caches,
      metrics: metrics.cacher(target.resource),
    });
  };
}
