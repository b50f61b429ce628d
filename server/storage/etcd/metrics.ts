/**
 * What a store counts of its talk with etcd.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/metrics/metrics.go.
 */
import type { GroupResource } from '../../apimachinery/types.ts';
import { formatGroupResource } from '../../apimachinery/types.ts';
import type { KubeRegistry } from '../../observe/metrics/registry.ts';
import type { Counter, Observer } from '../../observe/metrics/vectors.ts';
import type { StorageStats } from '../interfaces.ts';
import type { Codec } from './object-state.ts';

export type EtcdOperation = 'get' | 'list' | 'listOnlyKeys' | 'create' | 'update' | 'delete';

/** Seconds, as of requests to the server itself. */
const latencyBuckets = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const byResource = ['group', 'resource'];

/** Of one resource. */
export interface EtcdStoreMetrics {
  /** Counts and times a request, whatever comes of it. */
  request<T>(operation: EtcdOperation, call: () => Promise<T>): Promise<T>;
  events: Counter;
  bookmarks: Counter;
  decodeErrors: Counter;
  list(fetched: number, evaluated: number, returned: number): void;
  /** `undefined` where nobody could tell. */
  stats(stats: StorageStats | undefined): void;
}

export interface EtcdMetrics {
  forResource(resource: GroupResource): EtcdStoreMetrics;
  /** How many objects a lease was given to, once there is another. */
  leaseObjects(count: number): void;
  /** Bytes, by cluster; `undefined` of one that does not answer. */
  collectSize(cluster: string, size: () => Promise<number | undefined>): void;
}

export function newEtcdMetrics(registry: KubeRegistry): EtcdMetrics {
  const alpha = (name: string, help: string) => ({ name, help, stabilityLevel: 'ALPHA' }) as const;
  const labels = ['operation', ...byResource];
  const durations = registry.histogramVec({ ...alpha('etcd_request_duration_seconds', 'How long etcd takes to answer, by operation and resource.'), buckets: latencyBuckets }, labels);
  const requests = registry.counterVec(alpha('etcd_requests_total', 'Requests to etcd, by operation and resource.'), labels);
  const errors = registry.counterVec(alpha('etcd_request_errors_total', 'Requests to etcd that failed, by operation and resource.'), labels);
  const events = registry.counterVec({ ...alpha('apiserver_storage_events_received_total', 'Events that etcd has sent, by resource.'), stabilityLevel: 'BETA' }, byResource);
  const bookmarks = registry.counterVec(alpha('etcd_bookmark_total', 'Progress notifications that etcd has sent, by resource.'), byResource);
  const decodeErrors = registry.counterVec(alpha('apiserver_storage_decode_errors_total', 'Stored objects that could not be decoded, by resource.'), byResource);
  const lists = registry.counterVec(alpha('apiserver_storage_list_total', 'Lists answered from etcd, by resource.'), byResource);
  const fetched = registry.counterVec(alpha('apiserver_storage_list_fetched_objects_total', 'Objects that were read from etcd for lists, by resource.'), byResource);
  const evaluated = registry.counterVec(alpha('apiserver_storage_list_evaluated_objects_total', 'Objects that were held against the selectors of lists from etcd, by resource.'), byResource);
  const returned = registry.counterVec(alpha('apiserver_storage_list_returned_objects_total', 'Objects that lists from etcd were answered with, by resource.'), byResource);
  const objects = registry.gaugeVec(alpha('apiserver_resource_objects', 'Objects that are stored, as last counted, by resource; -1 where they could not be.'), byResource);
  const deprecatedObjects = registry.gaugeVec({ ...alpha('apiserver_storage_objects', 'apiserver_resource_objects, with the group in the resource.'), stabilityLevel: 'STABLE', deprecatedVersion: '1.34.0' }, ['resource']);
  const sizes = registry.gaugeVec(alpha('apiserver_resource_size_estimate_bytes', 'Bytes that the stored objects take, by the sizes last seen, by resource; -1 where nobody can tell.'), byResource);
  const leases = registry.histogramVec({ ...alpha('etcd_lease_object_counts', 'Objects that shared a lease.'), buckets: [10, 50, 100, 500, 1000, 2500, 5000] }, []).withLabelValues();
  const storageSize = registry.gaugeVec({ ...alpha('apiserver_storage_size_bytes', 'Bytes that the database file takes.'), stabilityLevel: 'STABLE' }, ['storage_cluster_id']);

  return {
    forResource({ group, resource }) {
      const of = [group, resource] as const;
      const kept = new Map<EtcdOperation, { duration: Observer; total: Counter }>();
      const countsOf = (operation: EtcdOperation) => {
        const counts = kept.get(operation) ?? { duration: durations.withLabelValues(operation, ...of), total: requests.withLabelValues(operation, ...of) };
        kept.set(operation, counts);
        return counts;
      };
      return {
        async request(operation, call) {
          const start = performance.now();
          try {
            return await call();
          } catch (err) {
            errors.withLabelValues(operation, ...of).inc();
            throw err;
          } finally {
            const { duration, total } = countsOf(operation);
            duration.observe((performance.now() - start) / 1000);
            total.inc();
          }
        },
        events: events.withLabelValues(...of),
        bookmarks: bookmarks.withLabelValues(...of),
        decodeErrors: decodeErrors.withLabelValues(...of),
        list(numFetched, numEvaluated, numReturned) {
          lists.withLabelValues(...of).inc();
          fetched.withLabelValues(...of).inc(numFetched);
          evaluated.withLabelValues(...of).inc(numEvaluated);
          returned.withLabelValues(...of).inc(numReturned);
        },
        stats(stats) {
          const { objectCount, estimatedAverageObjectSizeBytes: average } = stats ?? { objectCount: -1, estimatedAverageObjectSizeBytes: 0 };
          objects.withLabelValues(...of).set(objectCount);
          deprecatedObjects.withLabelValues(formatGroupResource({ group, resource })).set(objectCount);
          sizes.withLabelValues(...of).set(objectCount !== 0 && average === 0 ? -1 : average * objectCount);
        },
      };
    },
    leaseObjects: (count) => leases.observe(count),
    collectSize(cluster, size) {
      registry.collect(async () => {
        const bytes = await size().catch(() => undefined);
        if (bytes === undefined) storageSize.delete(cluster);
        else storageSize.withLabelValues(cluster).set(bytes);
      });
    },
  };
}

/** The codec, with what it cannot decode counted. */
export function countingDecodeErrors(codec: Codec, { decodeErrors }: EtcdStoreMetrics): Codec {
  return {
    encode: (obj) => codec.encode(obj),
    decode(bytes, revision) {
      try {
        return codec.decode(bytes, revision);
      } catch (err) {
        decodeErrors.inc();
        throw err;
      }
    },
  };
}
