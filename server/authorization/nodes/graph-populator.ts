/**
 * Keeps the graph in step with the pods, volumes, attachments and slices that are stored.
 *
 * Upstream: plugin/pkg/auth/authorizer/node/graph_populator.go and the Add… methods of graph.go. Leaves out
 * PodCertificateRequests, which the server does not serve by default.
 */
import { struct, text } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { Graph, vertex } from './graph.ts';
import type { VertexType } from './graph.ts';
import { claimNames, configMapNames, resourceClaimNames, secretNames, volumeSecrets } from './references.ts';

const MIRROR_POD = 'kubernetes.io/config.mirror';

const nodeVertex = (name: string) => vertex('node', '', name);

/** What each kind adds to the graph under its own vertex. */
const kinds: Record<string, { type: VertexType; add: (graph: Graph, obj: KubeObject, self: string) => void }> = {
  Pod: { type: 'pod', add: addPod },
  PersistentVolume: { type: 'pv', add: addVolume },
  VolumeAttachment: { type: 'volumeattachment', add: addBound },
  ResourceSlice: { type: 'resourceslice', add: addBound },
};

/** The objects that the graph is made of. */
export const NODE_GRAPH = [
  { group: '', resources: ['pods', 'persistentvolumes'] },
  { group: 'storage.k8s.io', resources: ['volumeattachments'] },
  { group: 'resource.k8s.io', resources: ['resourceslices'] },
];

export class GraphPopulator {
  readonly graph = new Graph();

  upsert(obj: KubeObject): void {
    const self = this.remove(obj);
    if (self) kinds[obj.kind]?.add(this.graph, obj, self);
  }

  /** Answers the vertex, which is then free. */
  remove({ kind, metadata: { namespace = '', name = '' } }: KubeObject): string | undefined {
    const known = kinds[kind];
    if (!known) return undefined;
    const self = vertex(known.type, namespace, name);
    this.graph.deleteVertex(self);
    return self;
  }
}

function addPod(graph: Graph, pod: KubeObject, self: string): void {
  const spec = struct(pod, 'spec');
  const nodeName = text(spec, 'nodeName');
  if (nodeName === '') return;
  const node = nodeVertex(nodeName);
  graph.addEdge(self, node, node);
  // a node that makes mirror pods could otherwise reach any secret by naming it
  if (pod.metadata.annotations?.[MIRROR_POD] !== undefined) return;
  const needs: [VertexType, string[]][] = [
    ['serviceAccount', [text(spec, 'serviceAccountName')]],
    ['secret', secretNames(spec)],
    ['configmap', configMapNames(spec)],
    ['pvc', claimNames(pod)],
    ['resourceclaim', resourceClaimNames(pod)],
  ];
  for (const [type, names] of needs) {
    for (const name of names) if (name !== '') graph.addEdge(vertex(type, pod.metadata.namespace ?? '', name), self, node);
  }
}

function addVolume(graph: Graph, volume: KubeObject, self: string): void {
  const spec = struct(volume, 'spec');
  if (!('claimRef' in spec)) return;
  const claim = struct(spec, 'claimRef');
  graph.addEdge(self, vertex('pvc', text(claim, 'namespace'), text(claim, 'name')));
  for (const { namespace, name } of volumeSecrets(spec)) graph.addEdge(vertex('secret', namespace, name), self);
}

/** An attachment or a slice names its node. */
function addBound(graph: Graph, obj: KubeObject, self: string): void {
  const nodeName = text(struct(obj, 'spec'), 'nodeName');
  if (nodeName !== '') graph.addEdge(self, nodeVertex(nodeName), nodeVertex(nodeName));
}
