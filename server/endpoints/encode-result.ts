/**
 * The bytes of a result. Those of objects out of the watch cache are made once; a list is its items' bytes, one after the
 * other, uncopied.
 *
 * Upstream: k8s.io/apimachinery/pkg/runtime/serializer/json/collections.go (streaming of lists) and
 * k8s.io/apiserver/pkg/storage/cacher/caching_object.go.
 */
import type { EncodingCache } from '../apimachinery/serializer/encoding-cache.ts';
import type { Encoder } from '../apimachinery/serializer/interfaces.ts';
import type { KubeList, KubeObject, TypeMeta } from '../apimachinery/types.ts';

const encoder = new TextEncoder();

export function encodeResult(serializer: Encoder, obj: TypeMeta, encodings: EncodingCache): Uint8Array[] {
  if (!isBuiltInList(obj)) return [encodings.encode(serializer, obj)];
  if (serializer.identifier === 'json') return encodeJSONList(serializer, obj, encodings);
  const bare = { ...obj, items: obj.items.map(withoutTypeMeta) };
  return [serializer.encode(bare)];
}

function isBuiltInList(obj: TypeMeta): obj is KubeList {
  return obj.kind.endsWith('List') && 'items' in obj && Array.isArray(obj.items) && obj.kind !== 'PartialObjectMetadataList';
}

/** The items of a built-in list say neither kind nor apiVersion: the list does. */
function withoutTypeMeta({ kind: _kind, apiVersion: _apiVersion, ...rest }: KubeObject): Omit<KubeObject, 'kind' | 'apiVersion'> {
  return rest;
}

/** Every item's bytes start with its kind and apiVersion, which are cut off, and end with a line feed. */
function encodeJSONList(serializer: Encoder, { kind, apiVersion, metadata, items }: KubeList, encodings: EncodingCache): Uint8Array[] {
  const parts: Uint8Array[] = [encoder.encode(`{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(metadata)},"items":[`)];
  const brace = encoder.encode('{');
  const comma = encoder.encode(',{');
  let last: KubeObject | undefined;
  let typeMeta = 0;
  for (const item of items) {
    // the items of a list are of one kind
    if (item.kind !== last?.kind || item.apiVersion !== last.apiVersion) typeMeta = `{"kind":${JSON.stringify(item.kind)},"apiVersion":${JSON.stringify(item.apiVersion)},`.length;
    parts.push(last ? comma : brace, encodings.encode(serializer, item).subarray(typeMeta, -1));
    last = item;
  }
  parts.push(encoder.encode(']}\n'));
  return parts;
}
