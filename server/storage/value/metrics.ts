/**
 * What becomes of the transformations of stored bytes, and how long they take.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/value/metrics.go. Leaves out those of KMS.
 */
import type { KubeRegistry } from '../../observe/metrics/registry.ts';
import { exponentialBuckets } from '../../observe/metrics/series.ts';

/** Of one resource; `prefix` is that of the transformer. */
export type RecordTransformation = (type: 'from_storage' | 'to_storage', prefix: string, milliseconds: number, ok: boolean) => void;

export function newTransformationMetrics(registry: KubeRegistry): (resource: string) => RecordTransformation {
  const durations = registry.histogramVec(
    { name: 'apiserver_storage_transformation_duration_seconds', help: 'How long transformations of stored bytes take that succeed.', stabilityLevel: 'ALPHA', buckets: exponentialBuckets(5e-6, 2, 25) },
    ['transformation_type', 'transformer_prefix'],
  );
  const operations = registry.counterVec(
    { name: 'apiserver_storage_transformation_operations_total', help: 'Transformations of stored bytes, by resource, and whether they succeeded.', stabilityLevel: 'ALPHA' },
    ['resource', 'transformation_type', 'transformer_prefix', 'status'],
  );
  return (resource) => (type, prefix, milliseconds, ok) => {
    operations.withLabelValues(resource, type, prefix, ok ? 'OK' : 'unknown-non-grpc').inc();
    if (ok) durations.withLabelValues(type, prefix).observe(milliseconds / 1000);
  };
}
