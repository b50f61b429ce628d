/**
 * How many objects of a resource there are, and how large they are on average.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/request/object_count_tracker.go. There each store is asked once a
 * minute, and what has not been told for three minutes is stale; here the watch cache is asked when it matters, as it
 * knows at any time.
 */
import type { GroupResource } from '../../apimachinery/types.ts';
import { formatGroupResource } from '../../apimachinery/types.ts';
import type { StorageStats } from '../../storage/interfaces.ts';

export interface ObjectCounts {
  /** Undefined where nobody counts: for a resource that is unknown, or another server's. */
  get(resource: GroupResource): StorageStats | undefined;
}

export class StorageObjectCountTracker implements ObjectCounts {
  readonly #storages = new Map<string, () => StorageStats | undefined>();

  track(resource: GroupResource, stats: () => StorageStats | undefined): void {
    this.#storages.set(formatGroupResource(resource), stats);
  }

  get(resource: GroupResource): StorageStats | undefined {
    return this.#storages.get(formatGroupResource(resource))?.();
  }
}
