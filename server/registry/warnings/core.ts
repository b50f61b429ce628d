/**
 * What the other kinds of the legacy group are warned about.
 *
 * Upstream: WarningsOnCreate and WarningsOnUpdate of pkg/registry/core/{node,endpoint,resourcequota,service,serviceaccount}/strategy.go.
 */
import { strings, struct, structs, text } from '../../apimachinery/access.ts';
import { newPath } from '../../apimachinery/field.ts';
import { compareQuantity, formatQuantity } from '../../apimachinery/quantity.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { amountOf } from '../../apimachinery/validation/core-v1/amounts.ts';
import { warningsForCIDR, warningsForIP, warningsForLoadBalancer } from './addresses.ts';
import { always, onCreate } from './interfaces.ts';
import type { Warnings } from './interfaces.ts';
import { warningsForTLS } from './secret.ts';
import { warningsForService } from './service.ts';
import { warningsForClaim, warningsForVolume } from './storage.ts';

function forNode(obj: KubeObject): string[] {
  const spec = struct(obj, 'spec');
  return [
    ...(spec['configSource'] === undefined ? [] : ['spec.configSource: the feature is removed']),
    ...(text(spec, 'externalID') === '' ? [] : ['spec.externalID: this field is deprecated, and is unused by Kubernetes']),
    ...strings(spec, 'podCIDRs').flatMap((cidr, i) => warningsForCIDR(cidr, newPath('spec', 'podCIDRs').index(i))),
  ];
}

function forEndpoints(obj: KubeObject): string[] {
  if (obj.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return [];
  return structs(obj, 'subsets').flatMap((subset, i) =>
    ['addresses', 'notReadyAddresses'].flatMap((list) => structs(subset, list).flatMap((address, j) => warningsForIP(text(address, 'ip'), newPath('subsets').index(i).child(list).index(j).child('ip')))),
  );
}

function forQuota(obj: KubeObject): string[] {
  const of = (name: string) => amountOf(struct(obj, 'spec'), 'hard', name);
  return ['cpu', 'memory', 'storage', 'ephemeral-storage'].flatMap((name) => {
    const requests = of(`requests.${name}`) || (name !== 'cpu' && name !== 'memory') ? `requests.${name}` : name;
    const [request, limit] = [of(requests), of(`limits.${name}`)];
    if (!request || !limit || compareQuantity(request, limit) <= 0) return [];
    return [`ResourceQuota ${requests} (${formatQuantity(request)}) should be less than limits.${name} (${formatQuantity(limit)})`];
  });
}

const mountable = 'kubernetes.io/enforce-mountable-secrets';
const enforces = ({ metadata }: KubeObject) => metadata.annotations?.[mountable] !== undefined;
const forServiceAccount = (obj: KubeObject) => (enforces(obj) ? [`metadata.annotations[${mountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`] : []);

/** By resource. */
export const coreWarnings: Readonly<Record<string, Warnings>> = {
  nodes: always(forNode),
  endpoints: always(forEndpoints),
  resourcequotas: onCreate(forQuota),
  serviceaccounts: { onCreate: forServiceAccount, onUpdate: (obj, old) => (enforces(old) ? [] : forServiceAccount(obj)) },
  services: { ...always(warningsForService), onStatusUpdate: warningsForLoadBalancer },
  persistentvolumes: always(warningsForVolume),
  persistentvolumeclaims: always(warningsForClaim),
  secrets: always(warningsForTLS),
};
