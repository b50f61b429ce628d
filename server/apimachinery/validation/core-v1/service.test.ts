import { describe, expect, it } from 'vitest';
import { checksOf } from '../validation.test-util.ts';
import type { Rest } from '../validation.test-util.ts';

const { create, update, subresource } = checksOf('v1', 'Service', 'default/x');
const ports = [{ port: 80 }];
const ip = { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
const made = (spec: Rest, rest: Rest = {}): Rest => ({ spec: { ports, ...spec }, ...rest });
const balanced = { ...ip, type: 'LoadBalancer' };

describe('a Service', () => {
  it.each<[string, Rest, string[]]>([
    ['with a load balancer of a class', { ...balanced, loadBalancerClass: 'a.io/b', loadBalancerSourceRanges: [' 10.0.0.0/8 '] }, []],
    ['of a type without load balancer', { loadBalancerClass: 'a.io/b', loadBalancerSourceRanges: ['10.0.0.1/8'], allocateLoadBalancerNodePorts: true }, [
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
      'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
      "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ]],
    ['without the port for health checks', { ...balanced, externalTrafficPolicy: 'Local' }, ['spec.healthCheckNodePort: Required value']],
    ['with a port for health checks that nobody needs', { healthCheckNodePort: 100 }, ["spec.healthCheckNodePort: Invalid value: 100: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"]],
    ['with odd policies', { internalTrafficPolicy: 'X', trafficDistribution: 'Y' }, [
      'spec.internalTrafficPolicy: Unsupported value: "X": supported values: "Cluster", "Local"',
      'spec.trafficDistribution: Unsupported value: "Y": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ]],
    ['with addresses of one family', { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1', '10.0.0.2'] }, ['spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family']],
    ['with an address of another family', { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv6'] }, ['spec.clusterIPs[0]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`']],
    ['with addresses that differ', { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2'] }, ['spec.clusterIPs: Invalid value: ["10.0.0.2"]: first value must match `clusterIP`']],
  ])('%s', (_what, spec, expected) => expect(create(made(spec))).toEqual(expected));

  it('says twice from where it takes traffic only if it says the same', () => {
    const annotations = { 'service.kubernetes.io/topology-mode': 'Auto', 'service.kubernetes.io/topology-aware-hints': 'auto', 'service.beta.kubernetes.io/load-balancer-source-ranges': 'x' };
    expect(create(made(balanced, { metadata: { annotations } }))).toEqual([
      'metadata.annotations[service.kubernetes.io/topology-mode]: Invalid value: "Auto": must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified',
      'metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ]);
  });

  it.each<[string, Rest, Rest, string[]]>([
    ['the class of its load balancer', { ...balanced, loadBalancerClass: 'a.io/b' }, { ...balanced, loadBalancerClass: 'a.io/c' }, ['spec.loadBalancerClass: Invalid value: "a.io/c": may not change once set']],
    ['the port for health checks', { ...balanced, externalTrafficPolicy: 'Local', healthCheckNodePort: 30000 }, { ...balanced, externalTrafficPolicy: 'Local', healthCheckNodePort: 30001 }, ['spec.healthCheckNodePort: Forbidden: field is immutable']],
    ['to no address', ip, { ipFamilies: ['IPv4'] }, ['spec.clusterIPs[0]: Invalid value: null: primary clusterIP can not be unset']],
    ['its family', ip, { ...ip, clusterIP: '::1', clusterIPs: ['::1'], ipFamilies: ['IPv6'] }, ['spec.clusterIPs[0]: Invalid value: ["::1"]: may not change once set', 'spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set']],
    ['to an external name', ip, { type: 'ExternalName', externalName: 'a.b.' }, []],
  ])('changes %s', (_what, old, now, expected) => expect(update(made(old), made(now))).toEqual(expected));

  it('has points of entry while it is balanced', () => {
    const enter = (spec: Rest, ...ingress: Rest[]) => subresource('status', made(spec), made(spec, { status: { loadBalancer: { ingress } } }));
    expect(enter(ip, { ip: '1.1.1.1' })).toEqual(["status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"]);
    expect(enter(balanced, { ip: '1.1.1.1' }, { hostname: '1.2.3.4', ipMode: 'VIP' }, { ip: 'x', ipMode: 'Y' })).toEqual([
      'status.loadBalancer.ingress[1].ipMode: Forbidden: may not be specified when `ip` is not set',
      'status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
      'status.loadBalancer.ingress[2].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'status.loadBalancer.ingress[2].ipMode: Unsupported value: "Y": supported values: "Proxy", "VIP"',
    ]);
  });
});
