import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import { warningsFor } from './index.ts';

const object = (rest: Record<string, unknown>, metadata: KubeObject['metadata'] = { name: 'x' }): KubeObject => ({ apiVersion: 'v1', kind: 'X', metadata, ...rest });
const app = { name: 'a', image: 'b' };

describe('a create', () => {
  it.each<[string, KubeObject, string[]]>([
    ['pods', object({ spec: { containers: [app] } }), []],
    ['pods', object({ spec: { containers: [{ ...app, env: [{ name: 'X', value: '1' }, { name: 'X', value: '2' }] }] } }), ['spec.containers[0].env[1]: hides previous definition of "X", which may be dropped when using apply']],
    ['pods', object({ spec: { containers: [{ ...app, env: [{ name: 'X', value: '1' }, { name: 'X', value: 'a$(X)' }] }] } }), []],
    ['pods', object({ spec: { containers: [{ ...app, ports: [{ containerPort: 80 }, { containerPort: 80, hostPort: 1 }] }] } }), ['spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]']],
    ['pods', object({ spec: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } } }), ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead']],
    ['pods', object({ spec: { volumes: [{ name: 'v', gitRepo: {} }] } }), ['spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+']],
    ['deployments.apps', object({ spec: { template: { spec: { imagePullSecrets: [{ name: '' }] } } } }, { name: 'a.b' }), ['metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]', 'spec.template.spec.imagePullSecrets[0].name: invalid empty name ""']],
    ['services', object({ spec: { type: 'ClusterIP', externalName: 'x' } }), ['spec.externalName is ignored when spec.type is not "ExternalName"']],
    ['persistentvolumeclaims', object({ spec: { resources: { requests: { storage: '1.5' } } } }), ['spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer']],
    ['secrets', object({ type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } }), ['tls: failed to find any PEM data in certificate input']],
    ['ingresses.networking.k8s.io', object({}, { annotations: { 'kubernetes.io/ingress.class': 'x' } }), [`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`]],
    ['networkpolicies.networking.k8s.io', object({ spec: { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1/8' } }] }] } }), ['spec.ingress[0].from[0].ipBlock.cidr: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)']],
    ['ingresses.networking.k8s.io', object({ spec: { ingressClassName: 'x' } }, { annotations: { 'kubernetes.io/ingress.class': 'x' } }), []],
    ['storageclasses.storage.k8s.io', object({ allowedTopologies: [{ matchLabelExpressions: [{ key: 'beta.kubernetes.io/os' }] }] }), ['allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.14; use "kubernetes.io/os" instead']],
    ['csistoragecapacities.storage.k8s.io', object({ nodeTopology: { matchLabels: { 'beta.kubernetes.io/os': 'linux' }, matchExpressions: [{ key: 'beta.kubernetes.io/arch' }] } }), [
      'nodeTopology.matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead', 'nodeTopology.matchLabels.beta.kubernetes.io/os: deprecated since v1.14; use "kubernetes.io/os" instead',
    ]],
    ['csidrivers.storage.k8s.io', object({ spec: { tokenRequests: [{ audience: '' }] } }), ['spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes']],
    ['endpointslices.discovery.k8s.io', object({ addressType: 'FQDN', endpoints: [{ addresses: ['2001:DB8::1'] }] }), ['spec.addressType: FQDN endpoints are deprecated', 'endpoints[0].addresses[0]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")']],
    ['resourceslices.resource.k8s.io', object({ spec: { driver: 'D' } }), ['spec.driver: driver names should be lowercase; "D" contains uppercase characters']],
    ['runtimeclasses.node.k8s.io', object({ scheduling: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } } }), ['scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead']],
    ['validatingwebhookconfigurations.admissionregistration.k8s.io', object({}, { name: 'a.static.k8s.io' }), ['metadata.name: names ending with ".static.k8s.io" are reserved for static manifest-based configurations and cannot be managed via the API']],
  ])('of %s warns: %#', (resource, obj, expected) => {
    expect(warningsFor[resource]?.onCreate(obj)).toEqual(expected);
  });
});

describe('an update', () => {
  const spec = { template: { spec: { imagePullSecrets: [{ name: '' }] } } };
  const at = (generation: number) => object({ spec }, { name: 'a', generation });

  it('of a workload warns when what is wanted has changed', () => {
    expect(warningsFor['deployments.apps']?.onUpdate(at(2), at(1))).toEqual(['spec.template.spec.imagePullSecrets[0].name: invalid empty name ""']);
    expect(warningsFor['deployments.apps']?.onUpdate(at(1), at(1))).toEqual([]);
  });
});
