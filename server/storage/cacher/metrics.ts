/**
 * What a watch cache counts.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/metrics/metrics.go. Leaves out the shards of watches.
 */
import type { GroupResource } from '../../apimachinery/types.ts';
import type { KubeRegistry } from '../../observe/metrics/registry.ts';

/** Of one resource. */
export interface CacherMetrics {
  /** The cache was filled. */
  initialized(revision: number, capacity: number): void;
  /** An event was taken in and handed on. */
  processed(revision: number, capacity: number): void;
  /** The cache has heard how far etcd is. */
  progressed(revision: number): void;
  /** A list from the cache; `index` is empty where it went by key. */
  list(index: string, fetched: number, returned: number): void;
  /** A consistent list, and whether it came from the cache or from etcd in its place. */
  consistentRead(success: boolean, fallback: boolean): void;
  /** A read waited so many seconds for the cache to become fresh. */
  waited(seconds: number): void;
  /** A watcher was told so many events before those that happen since. */
  initEvents(count: number): void;
  terminatedWatcher(): void;
  /** Cache and etcd were compared. */
  consistencyCheck(status: 'success' | 'failure' | 'error'): void;
}

export type NewCacherMetrics = (resource: GroupResource) => CacherMetrics;

const byResource = ['group', 'resource'];
/** A revision keeps no more digits than a number has. */
const revisionLimit = 1e15;

export function newCacherMetrics(registry: KubeRegistry): NewCacherMetrics {
  const alpha = (name: string, help: string) => ({ name, help, stabilityLevel: 'ALPHA' }) as const;
  const counter = (name: string, help: string) => registry.counterVec(alpha(name, help), byResource);
  const lists = registry.counterVec(alpha('apiserver_cache_list_total', 'Lists answered from watch caches, by resource and index.'), [...byResource, 'index']);
  const fetched = registry.counterVec(alpha('apiserver_cache_list_fetched_objects_total', 'Objects that were read from watch caches for lists, by resource and index.'), [...byResource, 'index']);
  const returned = counter('apiserver_cache_list_returned_objects_total', 'Objects that lists from watch caches were answered with, by resource.');
  const initEvents = counter('apiserver_init_events_total', 'Events that watchers were told when they began, by resource.');
  const received = counter('apiserver_watch_cache_events_received_total', 'Events that came to watch caches, by resource.');
  const dispatched = counter('apiserver_watch_cache_events_dispatched_total', 'Events that watch caches have handed on, by resource.');
  const terminated = counter('apiserver_terminated_watchers_total', 'Watchers that were ended because they did not keep up, by resource.');
  const initializations = counter('apiserver_watch_cache_initializations_total', 'How often watch caches were filled, by resource.');
  const revisions = registry.gaugeVec(alpha('apiserver_watch_cache_resource_version', 'The revision that watch caches stand at, its last 15 digits, by resource.'), byResource);
  const capacities = registry.gaugeVec(alpha('watch_cache_capacity', 'How many events watch caches remember, by resource.'), byResource);
  const increases = counter('watch_cache_capacity_increase_total', 'How often watch caches were made to remember more, by resource.');
  const decreases = counter('watch_cache_capacity_decrease_total', 'How often watch caches were made to remember less, by resource.');
  const readWaits = registry.histogramVec({ ...alpha('apiserver_watch_cache_read_wait_seconds', 'How long reads waited for watch caches to become fresh, by resource.'), buckets: [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3] }, byResource);
  const consistentReads = registry.counterVec(alpha('apiserver_watch_cache_consistent_read_total', 'Consistent reads from watch caches, by resource, by what came of them, and whether etcd answered instead.'), [...byResource, 'success', 'fallback']);
  const consistencyChecks = registry.counterVec(alpha('apiserver_storage_consistency_checks_total', 'Comparisons of watch caches with etcd, by resource and by what came of them.'), [...byResource, 'status']);

  return ({ group, resource }) => {
    const of = [group, resource] as const;
    const receive = received.withLabelValues(...of);
    const dispatch = dispatched.withLabelValues(...of);
    const revisionOf = revisions.withLabelValues(...of);
    const capacityOf = capacities.withLabelValues(...of);
    let capacity = 0;
    function seen(revision: number, newCapacity: number): void {
      revisionOf.set(revision % revisionLimit);
      if (newCapacity === capacity) return;
      if (capacity > 0) (newCapacity > capacity ? increases : decreases).withLabelValues(...of).inc();
      capacity = newCapacity;
      capacityOf.set(capacity);
    }
    return {
      initialized(revision, capacity) {
        initializations.withLabelValues(...of).inc();
        seen(revision, capacity);
      },
      processed(revision, capacity) {
        receive.inc();
        dispatch.inc();
        seen(revision, capacity);
      },
      progressed(revision) {
        dispatch.inc();
        seen(revision, capacity);
      },
      list(index, numFetched, numReturned) {
        lists.withLabelValues(...of, index).inc();
        fetched.withLabelValues(...of, index).inc(numFetched);
        returned.withLabelValues(...of).inc(numReturned);
      },
      consistentRead: (success, fallback) => consistentReads.withLabelValues(...of, String(success), String(fallback)).inc(),
      waited: (seconds) => readWaits.withLabelValues(...of).observe(seconds),
      initEvents: (count) => initEvents.withLabelValues(...of).inc(count),
      terminatedWatcher: () => terminated.withLabelValues(...of).inc(),
      consistencyCheck: (status) => consistencyChecks.withLabelValues(...of, status).inc(),
    };
  };
}
