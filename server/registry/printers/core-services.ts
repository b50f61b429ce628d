/**
 * Rows of services and of the endpoints behind them.
 *
 * Upstream: printService, printEndpoints, printEndpointSlice of pkg/printers/internalversion/printers.go.
 */
import { at, list, number, record, text, texts } from './fields.ts';
import { type Cells, formatLabels, listWithMore, loadBalancerAddresses, orElse } from './format.ts';

function externalIP(service: unknown): string {
  const own = texts(service, 'spec.externalIPs');
  switch (text(service, 'spec.type')) {
    case 'ClusterIP':
    case 'NodePort':
      return orElse(own.join(','), '<none>');
    case 'LoadBalancer':
      return orElse([...loadBalancerAddresses(service), ...own].join(','), '<pending>');
    case 'ExternalName':
      return text(service, 'spec.externalName');
    default:
      return '<unknown>';
  }
}

function servicePort(port: unknown): string {
  const node = number(port, 'nodePort');
  return `${number(port, 'port')}${node > 0 ? `:${node}` : ''}/${text(port, 'protocol')}`;
}

/** An IPv6 address stands in brackets before a port. */
const hostPort = (ip: string, port: number) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

function endpointAddresses(endpoints: unknown): string[] {
  return list(endpoints, 'subsets').flatMap((subset) => {
    const ips = list(subset, 'addresses').map((address) => text(address, 'ip'));
    const ports = list(subset, 'ports');
    return ports.length === 0 ? ips : ports.flatMap((port) => ips.map((ip) => hostPort(ip, number(port, 'port'))));
  });
}

/** Nothing at all is told from subsets without an address. */
const formatEndpoints = (endpoints: unknown) => (list(endpoints, 'subsets').length === 0 ? '<none>' : listWithMore(endpointAddresses(endpoints), 3, ''));

export const serviceCells: Record<string, Cells> = {
  services: (obj, { name, age }) => {
    const clusterIP = texts(obj, 'spec.clusterIPs')[0] ?? text(obj, 'spec.clusterIP');
    const ports = list(obj, 'spec.ports').map(servicePort).join(',');
    return [name, text(obj, 'spec.type'), orElse(clusterIP, '<none>'), externalIP(obj), orElse(ports, '<none>'), age, formatLabels(record(obj, 'spec.selector'))];
  },

  endpoints: (obj, { name, age }) => [name, formatEndpoints(obj), age],

  'endpointslices.discovery.k8s.io': (obj, { name, age }) => {
    const ports = list(obj, 'ports').map((port) => String(at(port, 'port') ?? at(port, 'name') ?? '*'));
    const addresses = list(obj, 'endpoints').flatMap((endpoint) => texts(endpoint, 'addresses'));
    return [name, text(obj, 'addressType'), listWithMore(ports, 3, '<unset>'), listWithMore(addresses, 3, '<unset>'), age];
  },
};
