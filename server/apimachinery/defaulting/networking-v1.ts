/**
 * Defaults of the networking and discovery groups.
 *
 * Upstream: pkg/apis/networking/v1/defaults.go, pkg/apis/discovery/v1/defaults.go.
 */
import { ensureStruct, isFields, setNil, strings, structs } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

function networkPolicy(obj: Fields): void {
  const spec = ensureStruct(obj, 'spec');
  if (strings(spec, 'policyTypes').length === 0) spec['policyTypes'] = structs(spec, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

function ingressClass(obj: Fields): void {
  const { parameters } = ensureStruct(obj, 'spec');
  if (isFields(parameters)) setNil(parameters, { scope: 'Cluster' });
}

function endpointPort(obj: Fields): void {
  obj['name'] ??= '';
  setNil(obj, { protocol: 'TCP' });
}

export const networkingV1: Record<'networking' | 'discovery', Record<string, DefaultFunc>> = {
  networking: {
    NetworkPolicy: networkPolicy,
    NetworkPolicyPort: (obj) => setNil(obj, { protocol: 'TCP' }),
    IngressClass: ingressClass,
  },
  discovery: { EndpointPort: endpointPort },
};
