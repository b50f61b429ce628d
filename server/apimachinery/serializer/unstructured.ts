/**
 * Objects whose type nobody knows: kind, version and metadata are read as those of any object, and the rest stays as it
 * was sent. There is no protobuf for them: its messages hold numbers where JSON and YAML hold names.
 *
 * Upstream: k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/unstructuredscheme/scheme.go, and the metadata that
 * k8s.io/apiextensions-apiserver/pkg/apiserver coerces. Leaves out sorting the keys of what is written.
 */
import { isFields } from '../access.ts';
import type { Scheme } from '../scheme.ts';
import type { CodecFactory } from './codec-factory.ts';
import { decoding } from './decode-error.ts';
import { newJSONSerializer } from './json.ts';
import { gvkWithDefaults, interpret, requireKind, typeOf, withTypeMeta } from './object-decoder.ts';
import type { ObjectDecoder } from './object-decoder.ts';
import { decodeTyped } from './typed/decode.ts';
import type { Repeated } from './typed/decode.ts';
import { Findings } from './typed/findings.ts';
import { GoTypes } from './typed/go-types.ts';
import { newYAMLSerializer } from './yaml.ts';

const anyObject = { group: 'meta.k8s.io', version: 'v1', kind: 'PartialObjectMetadata' };

/** Go reads ten times as much. What is nested deeper could be read here, but not written: the stack ends. */
const MAX_DEPTH = 1000;

function newUnstructuredDecoder(types: GoTypes): ObjectDecoder {
  const objects: ObjectDecoder = {
    decode(value, { defaults, strict }, data, repeated) {
      const gvk = gvkWithDefaults(interpret(value), defaults);
      requireKind(gvk, data);
      const { metadata = null, ...fields } = isFields(value) ? value : {};
      return decoding(gvk, () => {
        const findings = new Findings(strict);
        inspect(value, repeated, findings, MAX_DEPTH);
        const typed = decodeTyped(typeOf(types, anyObject, data), { metadata }, { strict });
        return { object: withTypeMeta({ ...typed.value, ...fields }, gvk), gvk, strictErrors: [...findings.strictErrors(), ...typed.strictErrors] };
      });
    },
    convert: (value, gvk) => objects.decode(withTypeMeta({ ...value }, gvk), { strict: true }, () => ''),
  };
  return objects;
}

/** A key that stands twice is wrong whatever the type is; that a field is unknown only a type can tell. */
function inspect(value: unknown, repeated: Repeated | undefined, findings: Findings, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === 0) throw new Error('exceeded max depth');
  const seen = new Set<string>();
  for (const [key] of repeated?.get(value) ?? []) {
    if (seen.has(key)) findings.duplicate(key);
    seen.add(key);
  }
  for (const [key, inner] of Object.entries(value)) {
    const mark = findings.mark();
    inspect(inner, repeated, findings, depth - 1);
    if (findings.changedSince(mark)) findings.inside(mark, Array.isArray(value) ? `[${key}]` : key);
  }
}

export function newUnstructuredCodecFactory(scheme: Scheme): CodecFactory {
  const objects = newUnstructuredDecoder(new GoTypes(scheme));
  const serializers = [newJSONSerializer(objects, { pretty: false }), newYAMLSerializer(objects)];
  return {
    serializers,
    prettyJSON: newJSONSerializer(objects, { pretty: true }),
    objects,
    serializerFor: (mediaType) => serializers.find((serializer) => serializer.mediaType === mediaType),
  };
}
