/**
 * How objects pass from client-side to server-side apply: what the annotation says was applied by kubectl may be taken
 * over by kubectl, and the annotation follows what kubectl applies.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal/{lastapplied,lastappliedmanager,lastappliedupdater}.go.
 */
import { isFields } from '../access.ts';
import { marshalJSON } from '../quote.ts';
import type { KubeObject } from '../types.ts';
import type { FieldSet } from './fieldpath/set.ts';
import { difference, union } from './fieldpath/set.ts';
import type { TypeRef } from './typed/atom.ts';
import { compare } from './typed/compare.ts';
import { toFieldSet } from './typed/to-field-set.ts';
import { validate } from './typed/validate.ts';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/** The fields of the live object that are as client-side apply left them; undefined where it left no note to go by. */
export function fieldsFromLastApplied(live: KubeObject, apiVersion: string, type: TypeRef): FieldSet | undefined {
  const text = live.metadata.annotations?.[ANNOTATION];
  if (!text) return undefined;
  try {
    const lastApplied: unknown = JSON.parse(text);
    if (!isFields(lastApplied) || lastApplied.apiVersion !== apiVersion) return undefined;
    validate(live, type);
    validate(lastApplied, type);
    const { removed, modified, added } = compare(lastApplied, live, type);
    return difference(toFieldSet(lastApplied, type), union(removed, union(modified, added)));
  } catch {
    return undefined; // a note that cannot be read is none
  }
}

/** The object with the annotation, if it has one, brought up to what was applied. */
export function updateLastApplied(object: KubeObject, applied: KubeObject): KubeObject {
  const { [ANNOTATION]: before, ...others } = object.metadata.annotations ?? {};
  if (!before) return object;
  const annotations = { ...others, [ANNOTATION]: `${marshalJSON(sorted(withoutAnnotation(applied)))}\n` };
  return { ...object, metadata: { ...object.metadata, annotations: fits(annotations) ? annotations : others } };
}

function withoutAnnotation(applied: KubeObject): KubeObject {
  const { annotations, ...metadata } = applied.metadata;
  if (!annotations) return applied;
  const { [ANNOTATION]: _, ...others } = annotations;
  return { ...applied, metadata: { ...metadata, annotations: others } };
}

function fits(annotations: Record<string, string>): boolean {
  const encoder = new TextEncoder();
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + encoder.encode(key + value).length, 0);
  return bytes <= MAX_ANNOTATIONS_BYTES;
}

/** As Go writes maps. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
