/**
 * An object together with what etcd knows of it: its bytes and the revision that wrote them.
 *
 * Upstream: objState, getState and getStateFromObject in k8s.io/apiserver/pkg/storage/etcd3/store.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { objectResourceVersion, prepareObjectForStorage, updateObject } from '../api-object-versioner.ts';
import type { Transformer } from '../value/transformer.ts';
import type { KeyValue } from './client.ts';

/** Objects to the bytes that are stored, and back. What decode returns belongs to its caller. */
export interface Codec {
  encode(obj: KubeObject): Uint8Array;
  /** `revision` is what wrote them, for those who tell of it. */
  decode(bytes: Uint8Array, revision?: number): KubeObject;
}

export interface ObjectState {
  obj: KubeObject | undefined;
  /** 0 where there is no object. */
  revision: number;
  /** As the codec made them, before they were transformed. */
  data: Uint8Array | undefined;
  /** Whether what is stored would not be written so today. */
  stale: boolean;
}

/** How objects become what lies in etcd: encoded, then transformed. */
export interface StoredForm {
  codec: Codec;
  transformer: Transformer;
}

export const noObject: ObjectState = { obj: undefined, revision: 0, data: undefined, stale: false };

export function decodeAt(codec: Codec, data: Uint8Array, revision: number): KubeObject {
  return updateObject(codec.decode(data, revision), revision);
}

/** What lies under a key; `revision` is another than its own where it tells of the key's end. */
export function decodeKeyValue({ codec, transformer }: StoredForm, kv: KeyValue, revision = kv.modRevision): KubeObject {
  return decodeAt(codec, transformer.transformFromStorage(kv.value, kv.key).data, revision);
}

export function stateFromKeyValue({ codec, transformer }: StoredForm, kv: KeyValue): ObjectState {
  const { data, stale } = transformer.transformFromStorage(kv.value, kv.key);
  return { obj: decodeAt(codec, data, kv.modRevision), revision: kv.modRevision, data, stale };
}

export function stateFromObject(codec: Codec, obj: KubeObject): ObjectState {
  return { obj, revision: objectResourceVersion(obj), data: codec.encode(prepareObjectForStorage(obj)), stale: false };
}

export function equalBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
}
