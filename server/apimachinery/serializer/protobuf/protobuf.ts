/**
 * Protobuf, which kubectl's typed commands and Kubernetes' own components speak, and in which objects are stored.
 *
 * Upstream: k8s.io/apimachinery/pkg/runtime/serializer/protobuf/protobuf.go (Serializer; RawSerializer for a watch's
 * frames), pkg/util/framer (4 bytes of length before each frame).
 */
import protobuf from 'protobufjs/minimal.js';
import type { GroupVersionKind, TypeMeta } from '../../types.ts';
import { parseGroupVersion } from '../../types.ts';
import { decoding } from '../decode-error.ts';
import type { Decoded, DecodeOptions, Serializer } from '../interfaces.ts';
import { gvkWithDefaults, typeOf, withTypeMeta } from '../object-decoder.ts';
import type { GoTypes } from '../typed/go-types.ts';
import { decodeStruct } from './decode.ts';
import { encodeStruct } from './encode.ts';
import { decodeUnknown, encodeUnknown, hasPrefix, protoEncodingPrefix } from './unknown.ts';

const delimited = (id: number) => (id << 3) | 2;

export function newProtobufSerializer(types: GoTypes): Serializer {
  return {
    identifier: 'protobuf',
    mediaType: 'application/vnd.kubernetes.protobuf',
    streamMediaType: 'application/vnd.kubernetes.protobuf;stream=watch',

    encode(obj) {
      const type = typeOf(types, kindOf(obj), () => 'object');
      if (type.wire.size === 0) throw new Error(`object ${type.goName} does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message`);
      return encodeUnknown(obj, (writer) => encodeStruct(type, { ...obj }, writer));
    },

    decode(body: Uint8Array, { defaults }: DecodeOptions): Decoded {
      const unknown = decoding(undefined, () => open(body));
      const gvk = gvkWithDefaults(kindOf(unknown), defaults);
      const type = typeOf(types, gvk, () => `runtime.TypeMeta{APIVersion:"${unknown.apiVersion}", Kind:"${unknown.kind}"}`);
      // the reader that Node's buffers get calls out of JavaScript for each of the many short strings
      const reader = new protobuf.Reader(unknown.raw);
      const value = decoding(gvk, () => endsEarly(() => decodeStruct(type, reader, reader.len)));
      return { object: withTypeMeta(value, gvk), gvk, strictErrors: [] };
    },

    encodeWatchEvent(type, object) {
      const writer = protobuf.Writer.create().uint32(delimited(1)).string(type);
      writer.uint32(delimited(2)).fork().uint32(delimited(1)).bytes(object).ldelim();
      const event = writer.finish();
      const frame = new Uint8Array(4 + event.length);
      new DataView(frame.buffer).setUint32(0, event.length);
      frame.set(event, 4);
      return frame;
    },
  };
}

function kindOf({ apiVersion, kind }: TypeMeta): GroupVersionKind {
  return { ...(apiVersion ? parseGroupVersion(apiVersion) : undefined) ?? { group: '', version: '' }, kind };
}

function open(body: Uint8Array): ReturnType<typeof decodeUnknown> {
  if (body.length === 0) throw new Error('empty data');
  if (!hasPrefix(body)) throw new Error(`provided data does not appear to be a protobuf message, expected prefix [${protoEncodingPrefix.join(' ')}]`);
  if (body.length === protoEncodingPrefix.length) throw new Error('empty body');
  return endsEarly(() => decodeUnknown(body));
}

/** A reader that runs over the end says so in Go's words. */
function endsEarly<T>(read: () => T): T {
  try {
    return read();
  } catch (err) {
    if (err instanceof RangeError && err.message.startsWith('index out of range')) throw new Error('unexpected EOF');
    throw err;
  }
}
