/**
 * Keeps the entries of updates few: the oldest become one, `ancient-changes`.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/managedfields/internal/capmanagers.go.
 */
import { union } from './fieldpath/set.ts';
import type { Managed, Owned } from './managed.ts';
import { managerIdentifier, timeOf } from './managed.ts';

const MAX_UPDATE_MANAGERS = 10;

export function capUpdateManagers(managed: Managed, max = MAX_UPDATE_MANAGERS): Managed {
  const updaters = [...managed].filter(([, { operation }]) => operation === 'Update');
  let count = updaters.length;
  if (count <= max) return managed;
  updaters.sort(([a, x], [b, y]) => timeOf(x) - timeOf(y) || (a < b ? -1 : 1));

  const capped: Managed = new Map(managed);
  const firstOfVersion = new Map<string, string>();
  for (const [id, owned] of updaters) {
    if (count <= max) break;
    const first = firstOfVersion.get(owned.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(owned.apiVersion, id);
      continue;
    }
    const bucket = { manager: 'ancient-changes', operation: 'Update', apiVersion: owned.apiVersion } as const;
    const bucketID = managerIdentifier(bucket);
    const merged: Owned | undefined = capped.get(bucketID) ?? capped.get(first);
    if (!capped.has(bucketID)) capped.delete(first);
    capped.delete(id);
    // the younger of the two times
    capped.set(bucketID, { ...bucket, set: merged ? union(owned.set, merged.set) : owned.set, time: owned.time });
    count--;
  }
  return capped;
}
