/**
 * How objects of one kind are written to etcd and read back. What is read says itself which form it has, so that a
 * server may change its form and still read what is stored.
 *
 * Upstream: k8s.io/apiserver/pkg/server/storage/storage_codec.go, pkg/runtime/serializer/recognizer.
 */
import type { GroupVersionKind, KubeObject } from '../types.ts';
import { formatGroupVersion } from '../types.ts';
import type { CodecFactory } from './codec-factory.ts';
import type { Serializer } from './interfaces.ts';
import { hasPrefix } from './protobuf/unknown.ts';

export const storageMediaTypes = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'] as const;
export type StorageMediaType = (typeof storageMediaTypes)[number];

export interface StorageCodec {
  encode(obj: KubeObject): Uint8Array;
  decode(bytes: Uint8Array): KubeObject;
}

/**
 * Objects are of `kind` here, and of `storageKind` in etcd. What is read is completed by the defaulter: what was written
 * by an older server, or leaves out what is always the same.
 */
export function newStorageCodec(factory: CodecFactory, kind: GroupVersionKind, mediaType: StorageMediaType, defaulter: (obj: KubeObject) => void = () => undefined, storageKind = kind): StorageCodec {
  const apiVersion = formatGroupVersion(kind);
  const storedVersion = formatGroupVersion(storageKind);
  const serializer = (type: StorageMediaType): Serializer => {
    const found = factory.serializerFor(type);
    if (!found) throw new Error(`no serializer for ${type}`);
    return found;
  };
  const writer = serializer(mediaType);
  const protobuf = serializer('application/vnd.kubernetes.protobuf');
  const json = serializer('application/json');
  const yaml = serializer('application/yaml');
  const recognize = (bytes: Uint8Array) => (hasPrefix(bytes) ? protobuf : isJSON(bytes) ? json : yaml);
  return {
    encode: (obj) => writer.encode(storedVersion === apiVersion ? obj : { ...obj, apiVersion: storedVersion }),
    decode(bytes) {
      const { object } = recognize(bytes).decode(bytes, { defaults: kind, strict: false });
      if (object.apiVersion === storedVersion) object.apiVersion = apiVersion;
      defaulter(object);
      return object;
    },
  };
}

/** An object of JSON, after blanks. */
function isJSON(bytes: Uint8Array): boolean {
  return bytes.find((byte) => byte > 0x20) === 0x7b;
}
