import { expect, test } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { RequestContext } from '../../http/context.ts';
import type { Attributes } from '../interfaces.ts';
import { GraphPopulator } from './graph-populator.ts';
import { newNodeAuthorizer } from './node-authorizer.ts';

const ctx = {} as RequestContext;
const node = (name: string) => ({ name: `system:node:${name}`, groups: ['system:nodes', 'system:authenticated'] });
const named = (kind: string, name: string, rest: object = {}, namespace?: string): KubeObject => ({ apiVersion: 'v1', kind, metadata: { name, ...(namespace && { namespace }) }, ...rest });

const pod = named('Pod', 'web', {
  spec: {
    nodeName: 'one',
    serviceAccountName: 'sa',
    imagePullSecrets: [{ name: 'pull' }],
    initContainers: [{ envFrom: [{ secretRef: { name: 'env-from' } }, { configMapRef: { name: 'cm-env-from' } }] }],
    containers: [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'env' } } }, { name: 'B', valueFrom: { configMapKeyRef: { name: 'cm-env' } } }] }],
    volumes: [
      { name: 'a', secret: { secretName: 'volume' } }, { name: 'b', configMap: { name: 'cm-volume' } },
      { name: 'c', projected: { sources: [{ secret: { name: 'projected' } }, { configMap: { name: 'cm-projected' } }] } },
      { name: 'd', persistentVolumeClaim: { claimName: 'claim' } }, { name: 'e', ephemeral: {} }, { name: 'f', rbd: { secretRef: { name: 'rbd' } } },
      { name: 'g', csi: { nodePublishSecretRef: { name: 'csi' } } },
    ],
    resourceClaims: [{ name: 'x', resourceClaimName: 'direct' }, { name: 'y', resourceClaimTemplateName: 't' }, { name: 'z', resourceClaimTemplateName: 't' }],
  },
  status: { resourceClaimStatuses: [{ name: 'y', resourceClaimName: 'made' }], extendedResourceClaimStatus: { resourceClaimName: 'extended' } },
}, 'ns');
const mirror = named('Pod', 'mirror', { spec: { nodeName: 'one', containers: [], imagePullSecrets: [{ name: 'stolen' }] } }, 'ns');
mirror.metadata.annotations = { 'kubernetes.io/config.mirror': 'x' };
const volume = named('PersistentVolume', 'pv', { spec: { claimRef: { namespace: 'ns', name: 'claim' }, csi: { nodeStageSecretRef: { namespace: 'drivers', name: 'stage' }, controllerPublishSecretRef: { namespace: 'drivers', name: 'controller' } } } });
const objects = [
  pod, mirror, volume,
  named('PersistentVolume', 'azure', { spec: { claimRef: { namespace: 'ns', name: 'claim' }, azureFile: { secretName: 'azure' } } }),
  named('VolumeAttachment', 'va', { spec: { nodeName: 'one' } }),
  named('ResourceSlice', 'slice', { spec: { nodeName: 'one' } }),
  named('Pod', 'pending', { spec: { containers: [], imagePullSecrets: [{ name: 'pending' }] } }, 'ns'),
];

function populated(): GraphPopulator {
  const nodes = new GraphPopulator();
  for (const object of objects) nodes.upsert(object);
  return nodes;
}

const rules = [{ verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['services'] }];
const { graph } = populated();
const ask = (a: Partial<Attributes>, from = graph) =>
  newNodeAuthorizer(from, rules).authorize(ctx, { user: node('one'), verb: 'get', isResourceRequest: true, path: '', namespace: '', apiGroup: '', apiVersion: 'v1', resource: '', subresource: '', name: '', ...a });
const allowed = { decision: 'allow', reason: '' };
const refused = (reason: string) => ({ decision: 'noOpinion', reason });
const unrelated = "no relationship found between node 'one' and this object";
const storage = 'storage.k8s.io';
const dra = 'resource.k8s.io';
const selector = (value: string) => ({ fieldSelector: [{ field: 'spec.nodeName', operator: '=' as const, value }] });
const inNs = (resource: string, name: string): Partial<Attributes> => ({ resource, namespace: 'ns', name });

test.each([
  ...['pull', 'env-from', 'env', 'volume', 'projected', 'rbd', 'csi', 'azure'].map((name) => inNs('secrets', name)),
  { ...inNs('secrets', 'volume'), verb: 'watch' },
  { resource: 'secrets', namespace: 'drivers', name: 'stage' },
  ...['cm-env-from', 'cm-env', 'cm-volume', 'cm-projected'].map((name) => inNs('configmaps', name)),
  ...['claim', 'web-e'].map((name) => inNs('persistentvolumeclaims', name)),
  { ...inNs('persistentvolumeclaims', 'claim'), subresource: 'status', verb: 'patch' },
  { resource: 'persistentvolumes', name: 'pv' },
  ...['direct', 'made', 'extended'].map((name) => ({ ...inNs('resourceclaims', name), apiGroup: dra })),
  { resource: 'volumeattachments', apiGroup: storage, name: 'va' },
  inNs('serviceaccounts', 'sa'),
  { ...inNs('serviceaccounts', 'sa'), verb: 'create', subresource: 'token' },
  { resource: 'leases', apiGroup: 'coordination.k8s.io', namespace: 'kube-node-lease', name: 'one', verb: 'update' },
  { resource: 'leases', apiGroup: 'coordination.k8s.io', namespace: 'kube-node-lease', verb: 'create' },
  { resource: 'csinodes', apiGroup: storage, name: 'one' },
  { resource: 'resourceslices', apiGroup: dra, name: 'slice', verb: 'delete' },
  { resource: 'resourceslices', apiGroup: dra, verb: 'create' },
  { resource: 'resourceslices', apiGroup: dra, verb: 'list', ...selector('one') },
  { resource: 'nodes', name: 'one', verb: 'watch' },
  { resource: 'nodes', name: 'any', verb: 'create' },
  { resource: 'nodes', name: 'one', subresource: 'status', verb: 'patch' },
  inNs('pods', 'web'),
  { resource: 'pods', verb: 'list', ...selector('one') },
  { ...inNs('pods', 'web'), verb: 'watch' },
  { ...inNs('pods', 'web'), subresource: 'status', verb: 'update' },
  { ...inNs('pods', 'web'), subresource: 'eviction', verb: 'create' },
  { resource: 'pods', namespace: 'ns', verb: 'create' },
  { resource: 'services', verb: 'list' },
])('a node may %j', (attributes) => {
  expect(ask(attributes)).toEqual(allowed);
});

test.each<[Partial<Attributes>, string]>([
  ...['stolen', 'pending', 'unknown'].map((name): [Partial<Attributes>, string] => [inNs('secrets', name), unrelated]),
  [{ resource: 'secrets', namespace: 'drivers', name: 'controller' }, unrelated],
  [{ resource: 'secrets', namespace: 'other', name: 'volume' }, unrelated],
  [inNs('secrets', ''), 'No Object name found'],
  [{ resource: 'secrets', name: 'volume' }, 'can only read namespaced object of this type'],
  [{ ...inNs('secrets', 'volume'), verb: 'update' }, 'can only read resources of this type'],
  [{ ...inNs('configmaps', 'cm-env'), subresource: 'x' }, 'cannot read subresource'],
  [{ ...inNs('persistentvolumeclaims', 'claim'), verb: 'list' }, 'can only get individual resources of this type'],
  [{ ...inNs('persistentvolumeclaims', 'claim'), subresource: 'status' }, 'can only get/update/patch this type'],
  [{ resource: 'persistentvolumes', name: 'pv', subresource: 'status' }, 'cannot get subresource'],
  [{ ...inNs('serviceaccounts', 'sa'), verb: 'create' }, 'can only create token subresource of serviceaccount'],
  [{ ...inNs('serviceaccounts', 'sa'), verb: 'list' }, 'can only create tokens for individual service accounts'],
  [{ ...inNs('serviceaccounts', 'other'), verb: 'create', subresource: 'token' }, unrelated],
  [{ resource: 'leases', apiGroup: 'coordination.k8s.io', namespace: 'kube-node-lease', verb: 'list' }, 'can only get, create, update, patch, or delete a node lease'],
  [{ resource: 'leases', apiGroup: 'coordination.k8s.io', namespace: 'ns', name: 'one' }, 'can only access leases in the "kube-node-lease" system namespace'],
  [{ resource: 'leases', apiGroup: 'coordination.k8s.io', namespace: 'kube-node-lease', name: 'two' }, 'can only access node lease with the same name as the requesting node'],
  [{ resource: 'csinodes', apiGroup: storage, verb: 'list' }, 'can only get, create, update, patch, or delete a CSINode'],
  [{ resource: 'csinodes', apiGroup: storage, name: 'one', subresource: 'x' }, 'cannot authorize CSINode subresources'],
  [{ resource: 'csinodes', apiGroup: storage, name: 'two' }, 'can only access CSINode with the same name as the requesting node'],
  [{ resource: 'resourceslices', apiGroup: dra, verb: 'list', ...selector('two') }, 'can only list/watch/deletecollection resourceslices with nodeName field selector'],
  [{ resource: 'resourceslices', apiGroup: dra, verb: 'proxy' }, 'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection'],
  [{ resource: 'resourceslices', apiGroup: dra, subresource: 'x' }, 'cannot authorize ResourceSlice subresources'],
  [{ resource: 'nodes', verb: 'list' }, "node 'one' cannot read all nodes, only its own Node object"],
  [{ resource: 'nodes', name: 'two' }, "node 'one' cannot read 'two', only its own Node object"],
  [{ resource: 'nodes', name: 'one', verb: 'delete' }, ''],
  [inNs('pods', 'pending'), unrelated],
  [{ resource: 'pods', verb: 'list' }, 'can only list/watch pods with spec.nodeName field selector'],
  [{ ...inNs('pods', 'web'), subresource: 'exec', verb: 'create' }, ''],
  [{ resource: 'podcertificaterequests', apiGroup: 'certificates.k8s.io' }, ''],
  [{ resource: 'services', verb: 'create' }, ''],
  [{ ...inNs('secrets', 'volume'), user: node('two') }, "no relationship found between node 'two' and this object"],
  [{ ...inNs('secrets', 'volume'), user: node('') }, 'unknown node for user "system:node:"'],
  [{ ...inNs('secrets', 'volume'), user: { name: 'system:node:one', groups: [] } }, ''],
  [{ ...inNs('secrets', 'volume'), user: { name: 'alice', groups: ['system:nodes'] } }, ''],
])('nobody lets a node %j', (attributes, reason) => {
  expect(ask(attributes)).toEqual(refused(reason));
});

test('follows pods to other nodes, and out of the world', () => {
  const nodes = populated();
  nodes.upsert({ ...pod, spec: { ...(pod.spec as object), nodeName: 'two' } });
  expect(ask(inNs('secrets', 'volume'), nodes.graph)).toEqual(refused(unrelated));
  expect(ask({ ...inNs('secrets', 'volume'), user: node('two') }, nodes.graph)).toEqual(allowed);
  expect(ask({ resource: 'persistentvolumes', name: 'pv', user: node('two') }, nodes.graph)).toEqual(allowed);
  for (const object of objects) nodes.remove(object);
  expect(nodes.graph.size).toBe(0);
});

test('keeps what another pod on the node still needs', () => {
  const nodes = populated();
  nodes.upsert(named('Pod', 'second', { spec: { nodeName: 'one', containers: [], imagePullSecrets: [{ name: 'pull' }] } }, 'ns'));
  nodes.remove(pod);
  expect(ask(inNs('secrets', 'pull'), nodes.graph)).toEqual(allowed);
  expect(ask(inNs('secrets', 'env'), nodes.graph)).toEqual(refused(unrelated));
});

test('does not list what a node may do', () => {
  const none = { resourceRules: [], nonResourceRules: [] };
  expect(newNodeAuthorizer(graph, rules).rulesFor(node('one'), 'ns')).toEqual({ ...none, incomplete: true, evaluationError: 'node authorizer does not support user rule resolution' });
  expect(newNodeAuthorizer(graph, rules).rulesFor({ name: 'alice', groups: [] }, 'ns')).toEqual({ ...none, incomplete: false, evaluationError: '' });
});
