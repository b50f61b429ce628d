/**
 * Serializers turn objects into bytes of one media type and back.
 *
 * Upstream: k8s.io/apimachinery/pkg/runtime/interfaces.go (Encoder, Decoder, Framer, SerializerInfo).
 */
import type { GroupVersionKind, KubeObject, TypeMeta } from '../types.ts';

export interface DecodeOptions {
  /** What the object is taken for where it does not say so itself. */
  defaults?: GroupVersionKind;
  /** Report duplicate and unknown fields (they are dropped in any case). */
  strict: boolean;
}

export interface Decoded {
  object: KubeObject;
  gvk: GroupVersionKind;
  /** Duplicate and unknown fields, in upstream's words: `unknown field "spec.foo"`, `duplicate field "data.a"`. */
  strictErrors: string[];
}

export interface Encoder {
  /** Names its bytes in caches: `json`, `json-pretty`, `yaml`, `protobuf`. */
  readonly identifier: string;
  encode(obj: TypeMeta): Uint8Array;
}

export interface Serializer extends Encoder {
  /** Sent as Content-Type. */
  readonly mediaType: string;
  /** Sent as Content-Type of a watch; undefined where it cannot stream. */
  readonly streamMediaType?: string;
  /** Throws an Error with upstream's message for bytes that are not an object of a known kind. */
  decode(body: Uint8Array, options: DecodeOptions): Decoded;
  /** One frame of a watch around an object's bytes. */
  encodeWatchEvent(type: string, object: Uint8Array): Uint8Array;
}
