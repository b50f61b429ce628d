/**
 * The managedFields of objects: which of them a request goes by, and how they are set.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal/{fieldmanager,managedfields}.go.
 */
import type { KubeObject, ManagedFieldsEntry } from '../types.ts';
import type { Managed } from './managed.ts';
import { decodeManagedFields } from './managed.ts';

export function withManagedFields(obj: KubeObject, managedFields: ManagedFieldsEntry[] | undefined): KubeObject {
  return managedFields ? { ...obj, metadata: { ...obj.metadata, managedFields } } : obj;
}

export function withoutManagedFields(obj: KubeObject): KubeObject {
  if (obj.metadata?.managedFields === undefined) return obj;
  const { managedFields: _, ...metadata } = obj.metadata;
  return { ...obj, metadata };
}

/** Throws for entries that cannot be read: an apply needs them. */
export function decodeLive(live: KubeObject | undefined): Managed {
  try {
    return decodeManagedFields(live?.metadata.managedFields);
  } catch (err) {
    throw new Error(`failed to decode managed fields: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
  }
}

function decodeOrEmpty(obj: KubeObject | undefined): Managed {
  try {
    return decodeManagedFields(obj?.metadata.managedFields);
  } catch {
    return new Map();
  }
}

/** Those sent, if they say anything: a client that does not know them should not lose them. A subresource cannot set them. */
export function decodeLiveOrNew(live: KubeObject | undefined, next: KubeObject, isSubresource: boolean): Managed {
  if (isSubresource) return decodeOrEmpty(live);
  if (isReset(next.metadata.managedFields)) return new Map();
  const sent = decodeOrEmpty(next);
  return sent.size > 0 ? sent : decodeOrEmpty(live);
}

/** An empty list, or a list of one empty entry, asks to forget everything. */
function isReset(entries: ManagedFieldsEntry[] | undefined): boolean {
  if (entries?.length === 1) return Object.keys(entries[0]!).length === 0;
  return entries?.length === 0;
}
