/**
 * The parts of a Service that its registry looks at, and what its type makes of them.
 *
 * Upstream: pkg/registry/core/service/{strategy.go,storage/storage.go} (needsClusterIP and its siblings), pkg/api/service.
 */
import type { KubeObject } from '../../../apimachinery/types.ts';

export type IPFamily = 'IPv4' | 'IPv6';

export interface ServicePort {
  name?: string;
  protocol?: string;
  port: number;
  nodePort?: number;
}

export interface ServiceSpec {
  type?: string;
  clusterIP?: string;
  clusterIPs?: string[];
  ipFamilies?: IPFamily[];
  ipFamilyPolicy?: string;
  ports?: ServicePort[];
  selector?: Record<string, string>;
  externalIPs?: string[];
  externalTrafficPolicy?: string;
  internalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  allocateLoadBalancerNodePorts?: boolean;
  loadBalancerClass?: string;
}

export interface Service extends KubeObject {
  spec: ServiceSpec;
}

/** A Service as it was decoded by its schema; one without a spec gets an empty one. */
export function asService(obj: KubeObject): Service {
  return Object.assign(obj, { spec: obj.spec ?? {} });
}

export const isHeadless = ({ clusterIPs = [] }: ServiceSpec) => clusterIPs[0] === 'None';
export const needsClusterIP = ({ type }: ServiceSpec) => type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer';
export const needsNodePort = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec) => type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
export const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec) => type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
export const externallyAccessible = ({ type, externalIPs = [] }: ServiceSpec) =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0);

/** Every port of the nodes that the Service holds. */
export function nodePortsOf({ ports = [] }: ServiceSpec): number[] {
  return ports.flatMap(({ nodePort }) => nodePort || []);
}

/** The addresses that the Service holds. */
export function clusterIPsOf({ clusterIPs = [], clusterIP = '' }: ServiceSpec): string[] {
  return (clusterIPs.length > 0 ? clusterIPs : [clusterIP]).filter((ip) => ip !== '' && ip !== 'None');
}
