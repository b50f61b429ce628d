import { describe, expect, it } from 'vitest';
import type { ServiceSpec } from './service.ts';
import { dropTypeDependentFields } from './update-fields.ts';

const port = (nodePort?: number) => ({ port: 80, ...(nodePort !== undefined && { nodePort }) });
const balanced: ServiceSpec = { type: 'LoadBalancer', loadBalancerClass: 'a.io/b', allocateLoadBalancerNodePorts: true, ports: [port(30001)] };

describe('a change of type', () => {
  it.each<[string, ServiceSpec, ServiceSpec, ServiceSpec]>([
    ['takes what only the old one had', { ...balanced, type: 'ClusterIP' }, balanced, { type: 'ClusterIP', ports: [port()] }],
    ['takes the ports that are left', { type: 'ClusterIP', ports: [port(30001)] }, { type: 'NodePort', ports: [port(30001), port(30002)] }, { type: 'ClusterIP', ports: [port()] }],
    ['leaves ports that are new, which are refused', { type: 'ClusterIP', ports: [port(30003)] }, { type: 'NodePort', ports: [port(30001)] }, { type: 'ClusterIP', ports: [port(30003)] }],
    ['to a name takes what is said of traffic', { type: 'ExternalName', internalTrafficPolicy: 'Cluster' }, { type: 'ClusterIP', internalTrafficPolicy: 'Cluster' }, { type: 'ExternalName' }],
    ['to a name leaves what is new, which is refused where it is wrong', { type: 'ExternalName', internalTrafficPolicy: 'X' }, { type: 'ClusterIP', internalTrafficPolicy: 'Cluster' }, { type: 'ExternalName', internalTrafficPolicy: 'X' }],
    ['takes no ports where there is none', { ...balanced, allocateLoadBalancerNodePorts: false }, balanced, { ...balanced, allocateLoadBalancerNodePorts: false }],
  ])('%s', (_what, spec, old, expected) => {
    const changed = structuredClone(spec);
    dropTypeDependentFields(changed, old);
    expect(changed).toEqual(expected);
  });
});
