/**
 * PodTopologyLabels: a Pod that comes to a node learns by its labels in which zone and region that is.
 *
 * Upstream: plugin/pkg/admission/podtopologylabels/admission.go.
 */
import { struct, text } from '../apimachinery/access.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { formatGroupResource } from '../apimachinery/types.ts';
import type { Admission, Attributes } from './interfaces.ts';
import type { Reader } from './reader.ts';

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

export function newPodTopologyLabels(nodes: Pick<Reader, 'get'>): Admission {
  return {
    name: 'PodTopologyLabels',
    handles: (operation) => operation === 'CREATE',
    async admit(ctx, { resource, subresource, object }) {
      const nodeName = object && formatGroupResource(resource) === 'pods' ? nodeOf(subresource, object) : '';
      const node = nodeName === '' ? undefined : await nodes.get(ctx, '', nodeName);
      const found = Object.entries(node?.metadata.labels ?? {}).filter(([key]) => LABELS.includes(key));
      if (object && found.length > 0) object.metadata.labels = { ...object.metadata.labels, ...Object.fromEntries(found) };
    },
  };
}

/** Of a Pod the node that it comes with; of a binding, which hands its labels on to the Pod, the one that it leads to. */
function nodeOf(subresource: Attributes['subresource'], object: KubeObject): string {
  if (subresource === '') return text(struct(object, 'spec'), 'nodeName');
  const target = struct(object, 'target');
  return subresource === 'binding' && text(target, 'kind') === 'Node' ? text(target, 'name') : '';
}
