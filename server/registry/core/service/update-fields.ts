/**
 * What an update of a Service may leave out, since the server filled it in, and what a change of type takes away.
 *
 * Upstream: patchAllocatedValues and normalizeClusterIPs of pkg/registry/core/service/storage/storage.go,
 * dropTypeDependentFields of pkg/registry/core/service/strategy.go.
 */
import { deepEqual } from '../../../apimachinery/deep.ts';
import { externallyAccessible, needsClusterIP, needsHealthCheck, needsNodePort, nodePortsOf } from './service.ts';
import type { ServiceSpec } from './service.ts';

export function patchAllocatedValues(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIP(old) && needsClusterIP(spec)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && old.clusterIPs) spec.clusterIPs = old.clusterIPs;
  }
  if (needsNodePort(old) && needsNodePort(spec)) {
    const kept = new Set(nodePortsOf(spec).filter((port) => nodePortsOf(old).includes(port)));
    const byName = new Map((old.ports ?? []).map(({ name = '', nodePort = 0 }) => [name, nodePort]));
    spec.ports = (spec.ports ?? []).map((port) => {
      const known = byName.get(port.name ?? '') ?? 0;
      return port.nodePort || known === 0 || kept.has(known) ? port : { ...port, nodePort: known };
    });
  }
  if (needsHealthCheck(old) && needsHealthCheck(spec) && !spec.healthCheckNodePort && old.healthCheckNodePort) spec.healthCheckNodePort = old.healthCheckNodePort;
}

/** One address and the list of them say the same; old clients know only the one. */
export function normalizeClusterIPs(spec: ServiceSpec, old: ServiceSpec | undefined): void {
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const same = deepEqual(spec.clusterIPs ?? [], old.clusterIPs ?? []);
  if (old.clusterIPs?.length && !spec.clusterIPs?.length && (spec.clusterIP ?? '') === (old.clusterIP ?? '')) spec.clusterIPs = old.clusterIPs;
  if ((spec.clusterIP ?? '') === (old.clusterIP ?? '') || !same) return;
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else delete spec.clusterIPs;
}

/** By its type alone: ports that a load balancer no longer needs stay. */
const usesNodePorts = ({ type }: ServiceSpec) => type === 'NodePort' || type === 'LoadBalancer';

/** Only where the client did not also change them: then validation is to say what is wrong. */
export function dropTypeDependentFields(spec: ServiceSpec, old: ServiceSpec): void {
  const unchanged = (field: keyof ServiceSpec) => deepEqual(spec[field] ?? null, old[field] ?? null);
  if (needsClusterIP(old) && !needsClusterIP(spec)) {
    if (unchanged('clusterIP') && unchanged('clusterIPs')) drop(spec, 'clusterIP', 'clusterIPs');
    if (unchanged('ipFamilies')) drop(spec, 'ipFamilies');
    if (unchanged('ipFamilyPolicy')) drop(spec, 'ipFamilyPolicy');
  }
  const addsNone = nodePortsOf(spec).every((port) => nodePortsOf(old).includes(port));
  if (usesNodePorts(old) && !usesNodePorts(spec) && addsNone) {
    spec.ports = (spec.ports ?? []).map(({ nodePort: _gone, ...port }) => port);
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec) && unchanged('healthCheckNodePort')) drop(spec, 'healthCheckNodePort');
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const) if (unchanged(field)) drop(spec, field);
  }
  if (externallyAccessible(old) && !externallyAccessible(spec) && unchanged('externalTrafficPolicy')) drop(spec, 'externalTrafficPolicy');
  // upstream keeps it, but nobody sees it (defaultOnReadInternalTrafficPolicy)
  if (spec.type === 'ExternalName' && unchanged('internalTrafficPolicy')) drop(spec, 'internalTrafficPolicy');
}

function drop(spec: ServiceSpec, ...fields: (keyof ServiceSpec)[]): void {
  for (const field of fields) delete spec[field];
}
