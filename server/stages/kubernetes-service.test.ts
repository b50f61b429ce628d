import { expect, test } from 'vitest';
import { kubernetesService } from './kubernetes-service.ts';

test.each([
  ['192.168.7.2:8443', '192.168.7.2', 8443],
  ['127.0.0.1:0', '192.0.2.1', 6443],
])('leads from the first address of the network to a server at %s', (external, ip, port) => {
  const { service, endpoints, slice } = kubernetesService('10.0.0.0/24', external);
  expect(service).toMatchObject({ metadata: { name: 'kubernetes', namespace: 'default' }, spec: { clusterIP: '10.0.0.1', ports: [{ name: 'https', port: 443, targetPort: port }] } });
  expect(endpoints).toMatchObject({ subsets: [{ addresses: [{ ip }], ports: [{ name: 'https', port }] }] });
  expect(slice).toMatchObject({ metadata: { labels: { 'kubernetes.io/service-name': 'kubernetes' } }, endpoints: [{ addresses: [ip] }], ports: [{ port }] });
});
