/**
 * Rows of ingresses, network policies, and of addresses given out to services.
 *
 * Upstream: pkg/printers/internalversion/printers.go.
 */
import { formatGroupResource } from '../../apimachinery/types.ts';
import { at, list, text, texts } from './fields.ts';
import { type Cells, formatLabelSelector, isDefaultByAnnotation, loadBalancerAddresses, orElse } from './format.ts';

/** Rules without a host count, but have nothing to show. */
function hosts(ingress: unknown): string {
  const rules = list(ingress, 'spec.rules');
  const shown: string[] = [];
  for (const rule of rules) {
    if (shown.length === 3) return `${shown.join(',')} + ${rules.length - 3} more...`;
    const host = text(rule, 'host');
    if (host !== '') shown.push(host);
  }
  return orElse(shown.join(','), '*');
}

function parameters(ingressClass: unknown): string {
  if (!at(ingressClass, 'spec.parameters')) return '<none>';
  const group = text(ingressClass, 'spec.parameters.apiGroup');
  return `${text(ingressClass, 'spec.parameters.kind')}${group === '' ? '' : `.${group}`}/${text(ingressClass, 'spec.parameters.name')}`;
}

function parentRef(address: unknown): string {
  const part = (field: string) => text(address, `spec.parentRef.${field}`);
  if (!at(address, 'spec.parentRef')) return '<none>';
  const resource = formatGroupResource({ group: part('group'), resource: part('resource') }).toLowerCase();
  return [resource, ...(part('namespace') === '' ? [] : [part('namespace')]), part('name')].join('/');
}

export const networkingCells: Record<string, Cells> = {
  'ingresses.networking.k8s.io': (obj, { name, age }) => [
    name,
    at(obj, 'spec.ingressClassName') === undefined ? '<none>' : text(obj, 'spec.ingressClassName'),
    hosts(obj),
    loadBalancerAddresses(obj).join(','),
    list(obj, 'spec.tls').length > 0 ? '80, 443' : '80',
    age,
  ],

  'ingressclasses.networking.k8s.io': (obj, { name, age }) => {
    const isDefault = isDefaultByAnnotation(obj, 'ingressclass.kubernetes.io/is-default-class');
    return [isDefault ? `${name} (default)` : name, text(obj, 'spec.controller'), parameters(obj), age];
  },

  'networkpolicies.networking.k8s.io': (obj, { name, age }) => [name, formatLabelSelector(obj, 'spec.podSelector'), age],

  'servicecidrs.networking.k8s.io': (obj, { name, age }) => [name, texts(obj, 'spec.cidrs').join(','), age],

  // upstream has a third cell here, though only two columns
  'ipaddresses.networking.k8s.io': (obj, { name, age }) => [name, parentRef(obj), age],
};
