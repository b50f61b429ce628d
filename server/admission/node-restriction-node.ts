/**
 * What a kubelet may write of its own Node: neither taints nor owners, and of Kubernetes' labels only those that say
 * what it is.
 *
 * Upstream: admitNode and getForbiddenLabels of plugin/pkg/admission/noderestriction/admission.go,
 * k8s.io/kubelet/pkg/apis/well_known_labels.go.
 */
import { struct } from '../apimachinery/access.ts';
import { deepEqual } from '../apimachinery/deep.ts';
import { quote } from '../apimachinery/quote.ts';
import type { Attributes } from './interfaces.ts';

export function admitNode(nodeName: string, { operation, name, object, oldObject }: Attributes): string | undefined {
  const node = quote(nodeName);
  if (name !== nodeName) return `node ${node} is not allowed to modify node ${quote(name)}`;
  if (!object) return undefined;
  const { configSource, taints } = struct(object, 'spec');
  if (operation === 'CREATE') {
    if (configSource !== undefined) return `node ${node} is not allowed to create pods with a non-nil configSource`;
    const labels = forbiddenLabels(object.metadata.labels, {});
    return labels === '' ? undefined : `node ${node} is not allowed to set the following labels: ${labels}`;
  }
  if (!oldObject) return undefined;
  const old = struct(oldObject, 'spec');
  if (configSource !== undefined && !deepEqual(configSource, old['configSource'])) return `node ${node} is not allowed to update configSource to a new non-nil configSource`;
  if (!deepEqual(taints ?? [], old['taints'] ?? [])) return `node ${node} is not allowed to modify taints`;
  if (!deepEqual(object.metadata.ownerReferences ?? [], oldObject.metadata.ownerReferences ?? [])) return `node ${node} is not allowed to modify ownerReferences`;
  const labels = forbiddenLabels(object.metadata.labels, oldObject.metadata.labels);
  return labels === '' ? undefined : `is not allowed to modify labels: ${labels}`;
}

const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname', 'kubernetes.io/os', 'kubernetes.io/arch', 'beta.kubernetes.io/os', 'beta.kubernetes.io/arch',
  'topology.kubernetes.io/zone', 'topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type',
]);

type Labels = Record<string, string>;

/** Those that differ and that a node must not touch, in order. */
function forbiddenLabels(labels: Labels = {}, old: Labels = {}): string {
  const value = (of: Labels, key: string) => (Object.hasOwn(of, key) ? of[key] : undefined);
  const modified = new Set([...Object.keys(labels), ...Object.keys(old)].filter((key) => value(labels, key) !== value(old, key)));
  return [...modified].filter(isForbidden).sort().join(', ');
}

function isForbidden(label: string): boolean {
  const namespace = label.slice(0, Math.max(0, label.indexOf('/')));
  const under = (...domains: string[]) => domains.some((domain) => namespace === domain || namespace.endsWith(`.${domain}`));
  if (under('node-restriction.kubernetes.io')) return true;
  return under('kubernetes.io', 'k8s.io') && !KUBELET_LABELS.has(label) && !under('kubelet.kubernetes.io', 'node.kubernetes.io');
}
