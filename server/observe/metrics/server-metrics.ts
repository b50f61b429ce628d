/**
 * All that one server counts.
 *
 * Upstream: the global registry (k8s.io/component-base/metrics/legacyregistry), where each package registers its own.
 */
import { newRequestMetrics } from '../../endpoints/metrics.ts';
import type { RequestMetrics } from '../../endpoints/metrics.ts';
import { newInflightMetrics } from '../../filters/inflight-metrics.ts';
import type { InflightMetrics } from '../../filters/inflight-metrics.ts';
import { newCacherMetrics } from '../../storage/cacher/metrics.ts';
import type { NewCacherMetrics } from '../../storage/cacher/metrics.ts';
import { newEtcdMetrics } from '../../storage/etcd/metrics.ts';
import type { EtcdMetrics } from '../../storage/etcd/metrics.ts';
import { newTransformationMetrics } from '../../storage/value/metrics.ts';
import { KubeRegistry } from './registry.ts';

export interface ServerMetrics {
  registry: KubeRegistry;
  requests: RequestMetrics;
  inflight: InflightMetrics;
  etcd: EtcdMetrics;
  cacher: NewCacherMetrics;
  transformation: ReturnType<typeof newTransformationMetrics>;
}

export function newServerMetrics(): ServerMetrics {
  const registry = new KubeRegistry();
  return {
    registry,
    requests: newRequestMetrics(registry),
    inflight: newInflightMetrics(registry),
    etcd: newEtcdMetrics(registry),
    cacher: newCacherMetrics(registry),
    transformation: newTransformationMetrics(registry),
  };
}
