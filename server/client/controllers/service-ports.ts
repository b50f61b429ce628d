/**
 * What a Service's ports are at a Pod.
 *
 * Upstream: k8s.io/endpointslice/utils.go (getEndpointPorts), pkg/api/v1/pod (FindPort).
 */
import { labelSelectorFromSet } from '../../apimachinery/labels.ts';
import type { EndpointPort, Service, ServicePort } from './service-types.ts';
import type { Pod } from './types.ts';

/** A name is looked up among the Pod's containers; undefined where none has it. */
function findPort({ spec }: Pod, { targetPort, port, protocol = 'TCP' }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort ?? port;
  const ports = spec.containers.flatMap((container) => container.ports ?? []);
  return ports.find((each) => each.name === targetPort && (each.protocol ?? 'TCP') === protocol)?.containerPort;
}

export function endpointPorts(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec.ports ?? []).flatMap((each) => {
    const port = findPort(pod, each);
    const { name = '', protocol = 'TCP', appProtocol } = each;
    return port === undefined ? [] : [{ name, protocol, port, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

/** Of one that has a selector, and is more than another name. */
export function selectorOf({ spec: { selector, type } }: Service): Record<string, string> | undefined {
  return type === 'ExternalName' ? undefined : selector;
}

export const isHeadless = ({ spec }: Service) => spec.clusterIP === 'None';

/** The Pods' address of a family, if it has one. */
export function podAddress({ status }: Pod, family: string): string | undefined {
  const ips = status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []);
  return ips.find((ip) => ip.includes(':') === (family === 'IPv6'));
}

/** The keys of the Services that a Pod may stand behind. */
export function servicesOf(services: readonly Service[], { metadata: { labels = {} } }: Pod): string[] {
  const selecting = services.filter(({ spec: { selector } }) => selector && Object.keys(selector).length > 0 && labelSelectorFromSet(selector).matches(labels));
  return selecting.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}
