/**
 * The serializers of one scheme, in the order in which the server prefers them.
 *
 * Upstream: k8s.io/apimachinery/pkg/runtime/serializer/codec_factory.go. Leaves out CBOR, and converting between
 * versions: an object has one.
 */
import type { Scheme } from '../scheme.ts';
import type { Serializer } from './interfaces.ts';
import { newJSONSerializer } from './json.ts';
import { newObjectDecoder } from './object-decoder.ts';
import type { ObjectDecoder } from './object-decoder.ts';
import { newProtobufSerializer } from './protobuf/protobuf.ts';
import { GoTypes } from './typed/go-types.ts';
import { newYAMLSerializer } from './yaml.ts';

export interface CodecFactory {
  /** JSON, YAML, protobuf. */
  readonly serializers: readonly Serializer[];
  /** JSON for people, who ask for it by `?pretty=true` or by their user agent. */
  readonly prettyJSON: Serializer;
  /** Decodes values that are JSON already, such as what a patch has made, as if their bytes had come in. */
  readonly objects: ObjectDecoder;
  /** The serializer of a media type without parameters. */
  serializerFor(mediaType: string): Serializer | undefined;
}

export function newCodecFactory(scheme: Scheme): CodecFactory {
  const types = new GoTypes(scheme);
  const objects = newObjectDecoder(types);
  const serializers = [newJSONSerializer(objects, { pretty: false }), newYAMLSerializer(objects), newProtobufSerializer(types)];
  return {
    serializers,
    prettyJSON: newJSONSerializer(objects, { pretty: true }),
    objects,
    serializerFor: (mediaType) => serializers.find((serializer) => serializer.mediaType === mediaType),
  };
}
