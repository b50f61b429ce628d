/**
 * All that one server counts.
 *
 * Upstream: the global registry (k8s.io/component-base/metrics/legacyregistry), where each package registers its own.
 */
import { newAdmissionMetrics } from '../../admission/metrics.ts';
import type { AdmissionMetrics } from '../../admission/metrics.ts';
import { newRequestMetrics } from '../../endpoints/metrics.ts';
import type { RequestMetrics } from '../../endpoints/metrics.ts';
import { newAccessMetrics } from '../../filters/access-metrics.ts';
import type { AccessMetrics } from '../../filters/access-metrics.ts';
import { newFlowControlMetrics } from '../../flowcontrol/metrics.ts';
import type { FlowControlMetrics } from '../../flowcontrol/metrics.ts';
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
  access: AccessMetrics;
  admission: AdmissionMetrics;
  inflight: InflightMetrics;
  flowControl: FlowControlMetrics;
  etcd: EtcdMetrics;
  cacher: NewCacherMetrics;
  transformation: ReturnType<typeof newTransformationMetrics>;
}

export function newServerMetrics(): ServerMetrics {
  const registry = new KubeRegistry();
  registry.registerMetadataMetrics();
  registry.gaugeVec({ name: 'version_info', help: 'Which version this is, and which it could pass for.', stabilityLevel: 'ALPHA' }, ['component', 'binary', 'emulation', 'min_compat']).withLabelValues('kube', '1.36.2', '1.36', '1.35').set(1);
  return {
    registry,
    requests: newRequestMetrics(registry),
    access: newAccessMetrics(registry),
    admission: newAdmissionMetrics(registry),
    inflight: newInflightMetrics(registry),
    flowControl: newFlowControlMetrics(registry),
    etcd: newEtcdMetrics(registry),
    cacher: newCacherMetrics(registry),
    transformation: newTransformationMetrics(registry),
  };
}
