/**
 * JSON, as Go's encoder writes it: one line and a newline, or indented for people.
 *
 * Upstream: k8s.io/apimachinery/pkg/runtime/serializer/json/json.go. Leaves out streaming a list item by item.
 */
import { marshalJSON } from '../quote.ts';
import type { TypeMeta } from '../types.ts';
import { decoding } from './decode-error.ts';
import type { Decoded, DecodeOptions, Encoder, Serializer } from './interfaces.ts';
import { parseJSON, parseRepeated } from './json-reader.ts';
import type { ObjectDecoder } from './object-decoder.ts';

const encoder = new TextEncoder();
// a byte order mark is not JSON: it must not be taken away
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** `kind` and `apiVersion` lead, in this order, as TypeMeta's fields stand in every struct. */
function typeMetaFirst(obj: TypeMeta): TypeMeta {
  for (const first in obj) {
    if (first === 'kind') return obj;
    break;
  }
  const { kind, apiVersion, ...rest } = obj;
  return { kind, apiVersion, ...rest };
}

export const jsonEncoder: Encoder = {
  identifier: 'json',
  encode: (obj) => encoder.encode(`${marshalJSON(typeMetaFirst(obj))}\n`),
};

const prettyJSONEncoder: Encoder = {
  identifier: 'json-pretty',
  encode: (obj) => encoder.encode(marshalJSON(typeMetaFirst(obj), 2)),
};

export function newJSONSerializer(objects: ObjectDecoder, { pretty }: { pretty: boolean }): Serializer {
  return {
    ...(pretty ? prettyJSONEncoder : jsonEncoder),
    mediaType: 'application/json',
    streamMediaType: 'application/json',

    decode(body: Uint8Array, options: DecodeOptions): Decoded {
      const text = decoder.decode(body);
      const parsed = decoding(undefined, () => parse(text, options.strict));
      return objects.decode(parsed.value, options, () => text, parsed.repeated);
    },

    encodeWatchEvent(type, object) {
      const newline = object[object.length - 1] === 0x0a ? 1 : 0;
      const head = encoder.encode(`{"type":"${type}","object":`);
      const frame = new Uint8Array(head.length + object.length - newline + 2);
      frame.set(head);
      frame.set(newline ? object.subarray(0, -1) : object, head.length);
      frame.set([0x7d, 0x0a], frame.length - 2);
      return frame;
    },
  };
}

function parse(text: string, strict: boolean): ReturnType<typeof parseRepeated> {
  try {
    const value = parseJSON(text);
    return strict ? parseRepeated(text, value) : { value };
  } catch (err) {
    if (err instanceof SyntaxError) throw new Error(`couldn't get version/kind; json parse error: ${err.message}`);
    throw err;
  }
}
