/** Reads stored bytes of any kind for the page's view of the store: protobuf in its envelope, or JSON. */
import { newScheme } from '../../apimachinery/scheme.ts';
import { newCodecFactory } from '../../apimachinery/serializer/codec-factory.ts';
import { hasPrefix } from '../../apimachinery/serializer/protobuf/unknown.ts';
import { decodeJSON } from './store-view.ts';

/** Answers undefined for bytes that hold no object. */
export function newStoredObjectDecoder(): (value: Uint8Array) => unknown {
  const protobuf = newCodecFactory(newScheme()).serializerFor('application/vnd.kubernetes.protobuf');
  return (value) => {
    if (!protobuf || !hasPrefix(value)) return decodeJSON(value);
    try {
      return protobuf.decode(value, { strict: false }).object;
    } catch {
      return undefined;
    }
  };
}
