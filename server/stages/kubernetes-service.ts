/**
 * The Service `kubernetes`, by which Pods reach the API server, and its endpoints.
 *
 * Upstream: pkg/controlplane/controller/kubernetesservice, pkg/controlplane/reconcilers (endpointsadapter.go). Leaves
 * out taking the endpoints back when the server stops, and those of further servers.
 */
import type { KubeObject } from '../apimachinery/types.ts';
import { formatIPv4, isGlobalUnicast, parseIPv4CIDR } from '../registry/core/ip.ts';

const NAME = 'kubernetes';
/** The default of `--secure-port`, for a server that is given any free one. */
const SECURE_PORT = 6443;
const metadata = (labels: Record<string, string>) => ({ name: NAME, namespace: 'default', labels });

/** Of a host that only its own loopback reaches, no Pod could use an address: one meant for documentation stands there. */
const UNREACHABLE = '192.0.2.1';

/** `externalAddress` is `host:port`. */
export function kubernetesService(serviceRange: string, externalAddress: string): { service: KubeObject; endpoints: KubeObject; slice: KubeObject } {
  const first = (parseIPv4CIDR(serviceRange)?.base ?? 0) + 1;
  const at = externalAddress.lastIndexOf(':');
  const host = externalAddress.slice(0, at);
  const ip = isGlobalUnicast(host) ? host : UNREACHABLE;
  const port = Number(externalAddress.slice(at + 1)) || SECURE_PORT;
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata({ component: 'apiserver', provider: 'kubernetes' }),
    spec: {
      type: 'ClusterIP',
      clusterIP: formatIPv4(first),
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }],
    },
  };
  const ports = [{ name: 'https', protocol: 'TCP', port }];
  const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: metadata({ 'endpointslice.kubernetes.io/skip-mirror': 'true' }), subsets: [{ addresses: [{ ip }], ports }] };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: metadata({ 'kubernetes.io/service-name': NAME }),
    addressType: 'IPv4',
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports,
  };
  return { service, endpoints, slice };
}
