/**
 * What the kinds of the smaller groups are warned about.
 *
 * Upstream: pkg/registry/{admissionregistration,discovery,networking,resource,storage}/<kind>/strategy.go,
 * pkg/api/{node,storage}/util.go, pkg/apis/admissionregistration/validation/static_suffix.go.
 */
import { isFields, stringMap, strings, struct, structs, text } from '../../apimachinery/access.ts';
import { deepEqual } from '../../apimachinery/deep.ts';
import { newPath } from '../../apimachinery/field.ts';
import { quote } from '../../apimachinery/quote.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { warningsForCIDR, warningsForIP, warningsForLoadBalancer } from './addresses.ts';
import type { Warnings } from './interfaces.ts';
import { always, onCreate } from './interfaces.ts';
import { deprecatedNodeLabel } from './node-labels.ts';
import { warningsForClass } from './storage.ts';

const spec = newPath('spec');
const ingressClass = 'kubernetes.io/ingress.class';

function forIngress(obj: KubeObject): string[] {
  const named = struct(obj, 'spec')['ingressClassName'] !== undefined;
  return named || obj.metadata.annotations?.[ingressClass] === undefined ? [] : [`annotation "${ingressClass}" is deprecated, please use 'spec.ingressClassName' instead`];
}

function forNetworkPolicy(obj: KubeObject): string[] {
  return ([['ingress', 'from'], ['egress', 'to']] as const).flatMap(([direction, peers]) =>
    structs(struct(obj, 'spec'), direction).flatMap((rule, i) =>
      structs(rule, peers).flatMap((peer, j) => {
        const at = spec.child(direction).index(i).child(peers).index(j).child('ipBlock');
        const block = struct(peer, 'ipBlock');
        return [...warningsForCIDR(text(block, 'cidr'), at.child('cidr')), ...strings(block, 'except').flatMap((cidr, k) => warningsForCIDR(cidr, at.child('except').index(k)))];
      }),
    ),
  );
}

const ownControllers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

function forEndpoints(obj: KubeObject): string[] {
  if (ownControllers.includes(obj.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')) return [];
  return structs(obj, 'endpoints').flatMap((endpoint, i) => strings(endpoint, 'addresses').flatMap((ip, j) => warningsForIP(ip, newPath('endpoints').index(i).child('addresses').index(j))));
}

const forAddressType = (obj: KubeObject) => (obj['addressType'] === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []);

function forCapacity({ nodeTopology }: KubeObject): string[] {
  if (!isFields(nodeTopology)) return [];
  const at = newPath('nodeTopology');
  return [
    ...structs(nodeTopology, 'matchExpressions').flatMap((expression, i) => {
      const why = deprecatedNodeLabel(text(expression, 'key'));
      return why === undefined ? [] : [`${at.child('matchExpressions').index(i).child('key').toString()}: ${text(expression, 'key')} is ${why}`];
    }),
    ...Object.keys(stringMap(nodeTopology, 'matchLabels')).sort().flatMap((key) => (deprecatedNodeLabel(key) === undefined ? [] : [`${at.child('matchLabels', key).toString()}: ${deprecatedNodeLabel(key)}`])),
  ];
}

function forRuntimeClass(obj: KubeObject): string[] {
  const labels = Object.keys(struct(struct(obj, 'scheduling'), 'nodeSelector')).sort();
  return labels.flatMap((label) => deprecatedNodeLabel(label) ?? []).map((why) => `scheduling.nodeSelector: ${why}`);
}

function forDriver(obj: KubeObject): string[] {
  const driver = struct(obj, 'spec');
  const unsaid = structs(driver, 'tokenRequests').length > 0 && driver['serviceAccountTokenInSecrets'] === undefined;
  return unsaid ? ['spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes'] : [];
}

const requests = (obj: KubeObject) => structs(struct(obj, 'spec'), 'tokenRequests');

function forSlice(obj: KubeObject): string[] {
  const driver = text(struct(obj, 'spec'), 'driver');
  return driver === driver.toLowerCase() ? [] : [`spec.driver: driver names should be lowercase; ${quote(driver)} contains uppercase characters`];
}

const staticSuffix = '.static.k8s.io';

const forStaticName = always(({ metadata: { name = '' } }) =>
  name.endsWith(staticSuffix) ? [`metadata.name: names ending with ${quote(staticSuffix)} are reserved for static manifest-based configurations and cannot be managed via the API`] : [],
);

const admission = ['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings', 'mutatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'validatingwebhookconfigurations'];

/** By `resource.group`. */
export const groupWarnings: Readonly<Record<string, Warnings>> = {
  ...Object.fromEntries(admission.map((resource) => [`${resource}.admissionregistration.k8s.io`, forStaticName])),
  'csidrivers.storage.k8s.io': { onCreate: forDriver, onUpdate: (obj, old) => (deepEqual(requests(obj), requests(old)) ? [] : forDriver(obj)) },
  'csistoragecapacities.storage.k8s.io': always(forCapacity),
  'endpointslices.discovery.k8s.io': { onCreate: (obj) => [...forAddressType(obj), ...forEndpoints(obj)], onUpdate: forEndpoints },
  'ingresses.networking.k8s.io': { ...onCreate(forIngress), onStatusUpdate: warningsForLoadBalancer },
  'networkpolicies.networking.k8s.io': always(forNetworkPolicy),
  'resourceslices.resource.k8s.io': always(forSlice),
  'runtimeclasses.node.k8s.io': always(forRuntimeClass),
  'storageclasses.storage.k8s.io': always(warningsForClass),
};
