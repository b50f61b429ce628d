/**
 * How the stages put a resource's objects into etcd, and a watch cache in front of it.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/generic/registry/storage_factory.go (StorageWithCacher) and
 * pkg/server/options/etcd.go.
 */
import { newStorageCodec } from '../apimachinery/serializer/storage-codec.ts';
import type { StorageTarget } from '../registry/builtin.ts';
import { newCacher } from '../storage/cacher/cacher.ts';
import { newEtcdStore } from '../storage/etcd/store.ts';
import type { Storage } from '../storage/interfaces.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import type { ServerConfig } from './stage.ts';

export type NewStorage = (target: StorageTarget) => Storage;

/** Straight into etcd: every read and every watch is one of etcd's. */
export function newUndecoratedStorage({ factory, defaulter }: Machinery, { etcd, etcdPrefix, transformerForResource }: Pick<ServerConfig, 'etcd' | 'etcdPrefix' | 'transformerForResource'>): NewStorage {
  return ({ kind, resource, newFunc }) => {
    const codec = newStorageCodec(factory, kind, 'application/vnd.kubernetes.protobuf', defaulter);
    const transformer = transformerForResource?.(resource);
    return newEtcdStore({ client: etcd, codec, ...(transformer && { transformer }), pathPrefix: etcdPrefix, groupResource: resource, newFunc });
  };
}

/** One watch on etcd for each resource, from which all its readers are served. */
export function newStorageWithCacher({ encodings }: Machinery, { clock, log }: Pick<ServerConfig, 'clock' | 'log'>, undecorated: NewStorage): NewStorage {
  return (target) =>
    newCacher({
      storage: undecorated(target),
      resourcePrefix: target.prefix,
      groupResource: target.resource,
      namespaced: target.namespaced,
      getAttrs: target.getAttrs,
      newFunc: target.newFunc,
      clock,
      encodings,
      log,
    });
}
