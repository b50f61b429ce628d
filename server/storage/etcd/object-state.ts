/**
 * An object together with what etcd knows of it: its bytes and the revision that wrote them.
 *
 * Upstream: objState, getState and getStateFromObject in k8s.io/apiserver/pkg/storage/etcd3/store.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { objectResourceVersion, prepareObjectForStorage, updateObject } from '../api-object-versioner.ts';
import type { KeyValue } from './client.ts';

/** Objects to the bytes that are stored, and back. What decode returns belongs to its caller. */
export interface Codec {
  encode(obj: KubeObject): Uint8Array;
  decode(bytes: Uint8Array): KubeObject;
}

export interface ObjectState {
  obj: KubeObject | undefined;
  /** 0 where there is no object. */
  revision: number;
  data: Uint8Array | undefined;
}

export const noObject: ObjectState = { obj: undefined, revision: 0, data: undefined };

export function decodeAt(codec: Codec, data: Uint8Array, revision: number): KubeObject {
  return updateObject(codec.decode(data), revision);
}

export function stateFromKeyValue(codec: Codec, kv: KeyValue): ObjectState {
  return { obj: decodeAt(codec, kv.value, kv.modRevision), revision: kv.modRevision, data: kv.value };
}

export function stateFromObject(codec: Codec, obj: KubeObject): ObjectState {
  return { obj, revision: objectResourceVersion(obj), data: codec.encode(prepareObjectForStorage(obj)) };
}

export function equalBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
}
