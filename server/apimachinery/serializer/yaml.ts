/**
 * YAML, read as YAML 1.1 and turned into JSON first, so that a boolean key becomes the text `true`; written with sorted
 * keys.
 *
 * Upstream: sigs.k8s.io/yaml over goyaml.v2, the YAML half of
 * k8s.io/apimachinery/pkg/runtime/serializer/json/json.go. Leaves out base 60 numbers, as goyaml does, and says in
 * goyaml's words only the common mistakes.
 */
import { parseDocument } from 'yaml';
import type { Document, Tags } from 'yaml';
import { decoding } from './decode-error.ts';
import type { Decoded, DecodeOptions, Serializer } from './interfaces.ts';
import type { ObjectDecoder } from './object-decoder.ts';
import { duplicateKeys, goAliasError, goYAMLError } from './yaml-errors.ts';
import { writeYAML } from './yaml-writer.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8');

/** Times stay text, and `1:30` is no number. */
const goTags = (tags: Tags): Tags => tags.filter((tag) => typeof tag !== 'object' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && tag.format !== 'TIME'));

export function newYAMLSerializer(objects: ObjectDecoder): Serializer {
  return {
    identifier: 'yaml',
    mediaType: 'application/yaml',

    encode(obj) {
      return encoder.encode(writeYAML(obj));
    },

    decode(body: Uint8Array, options: DecodeOptions): Decoded {
      const text = decoder.decode(body);
      const { value, duplicates } = decoding(undefined, () => yamlToJSON(text));
      const decoded = objects.decode(value, options, () => text);
      return options.strict ? { ...decoded, strictErrors: [...duplicates, ...decoded.strictErrors] } : decoded;
    },

    encodeWatchEvent() {
      throw new Error('application/yaml has no form for a watch');
    },
  };
}

/** A document's value as JSON would hold it, its keys sorted; `duplicates` is goyaml's error about repeated keys, if any. */
export function yamlToJSON(text: string): { value: unknown; duplicates: string[] } {
  const document = parseDocument(text, { version: '1.1', uniqueKeys: false, customTags: goTags, stringKeys: false, logLevel: 'silent' });
  const error = document.errors.find(({ code }) => code !== 'MULTIPLE_DOCS');
  if (error) throw new Error(goYAMLError(text, error));
  return { value: sorted(toJS(document)), duplicates: duplicateKeys(text, document) };
}

function toJS(document: Document.Parsed): unknown {
  try {
    return document.toJS({ mapAsMap: true });
  } catch (err) {
    throw err instanceof ReferenceError ? new Error(goAliasError(err)) : err;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value instanceof Set) return sorted(new Map([...value].map((key) => [key, null])));
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value === 'bigint') return Number(value);
  if (!(value instanceof Map)) return value ?? null;
  const entries = [...value].map(([key, inner]): [string, unknown] => [keyText(key), sorted(inner)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function keyText(key: unknown): string {
  if (typeof key === 'object') throw new Error(`unsupported map key of type: ${key === null ? '%!s(<nil>)' : 'map'}, key: ${JSON.stringify(key)}`);
  return String(key);
}
