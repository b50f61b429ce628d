import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { expect, test } from 'vitest';
import { requestFor, pod } from '../registry/registry.test-util.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import { AuthorizationError } from '../authorization/interfaces.ts';
import { attributesOf, readerOf } from './admission.test-util.ts';
import type { Attributes } from './interfaces.ts';
import { newNodeRestriction } from './node-restriction.ts';

const kubelet = (name: string) => ({ name: `system:node:${name}`, groups: ['system:nodes', 'system:authenticated'] });
const object = (apiVersion: string, kind: string, name: string, fields: object = {}, metadata: object = {}): KubeObject => ({ apiVersion, kind, metadata: { name, ...metadata }, ...fields });
const claim = (fields: object = {}, metadata: object = {}) => object('v1', 'PersistentVolumeClaim', 'data', { spec: { volumeName: 'disk' }, ...fields }, { namespace: 'ns', ...metadata });
const volumes = [
  { name: 'token', projected: { sources: [{ serviceAccountToken: { audience: 'vault', path: 'token' } }, { serviceAccountToken: { path: 'api' } }] } },
  { name: 'inline', csi: { driver: 'inline.example.com' } },
  { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
  { name: 'scratch', ephemeral: { volumeClaimTemplate: {} } },
  { name: 'old', awsElasticBlockStore: { volumeID: 'v' } },
];
const driver = (name: string, audience: string) => object('storage.k8s.io/v1', 'CSIDriver', name, { spec: { tokenRequests: [{ audience }] } });
const readers = {
  pods: readerOf(
    pod('mine', { nodeName: 'one' }), pod('theirs', { nodeName: 'two' }),
    pod('app', { nodeName: 'one', volumes }, { uid: 'app-uid' }), pod('bare', { nodeName: 'one' }, { uid: 'bare-uid' }), pod('lost', { nodeName: 'one', volumes: [{ name: 'x', csi: { driver: 'none' } }] }, { uid: 'lost-uid' }),
  ),
  nodes: readerOf(object('v1', 'Node', 'one', {}, { uid: 'node-uid' })),
  claims: readerOf(claim(), object('v1', 'PersistentVolumeClaim', 'app-scratch', { spec: { volumeName: 'gce' } }, { namespace: 'ns' })),
  volumes: readerOf(object('v1', 'PersistentVolume', 'disk', { spec: { csi: { driver: 'disk.example.com' } } }), object('v1', 'PersistentVolume', 'gce', { spec: { gcePersistentDisk: {} } })),
  csiDrivers: readerOf(driver('inline.example.com', 'inline'), driver('disk.example.com', 'disk'), driver('pd.csi.storage.gke.io', 'gce'), driver('ebs.csi.aws.com', 'aws')),
};
/** Lets nodes have tokens for `anything`, and fails when it is asked about `trouble`. */
const authorizer: Authorizer = {
  authorize(_ctx, { resource }) {
    if (resource === 'trouble') throw new AuthorizationError('out of order', { decision: 'noOpinion', reason: '' });
    return { decision: resource === 'anything' ? 'allow' : 'noOpinion', reason: '' };
  },
};
const plugin = newNodeRestriction(readers, authorizer);

/** The message of the refusal; '' where there is none. */
async function admit(attributes: Attributes): Promise<string> {
  if (!plugin.handles(attributes.operation)) return '';
  try {
    await plugin.admit?.(requestFor(), attributes);
    return '';
  } catch (err) {
    if (!(err instanceof Error)) throw err;
    return err.message;
  }
}

const asOne = (resource: string, obj: KubeObject, rest: Partial<Attributes> = {}) => attributesOf(resource, obj, { user: kubelet('one'), ...rest });
/** A subresource belongs to its resource's group, whatever the group of its object. */
const onCore = (resource: string, subresource: string, obj: KubeObject, rest: Partial<Attributes> = {}) => asOne(resource, obj, { subresource, resource: { group: '', version: 'v1', resource }, ...rest });
const gone = (resource: string, obj: KubeObject, name = obj.metadata.name ?? '') => asOne(resource, obj, { operation: 'DELETE', object: undefined, oldObject: obj, name });
const forbidden = (what: string, why: string) => (why === '' ? '' : `${what} is forbidden: ${why}`);

const owner = { apiVersion: 'v1', kind: 'Node', name: 'one', uid: 'node-uid', controller: true };
const mirror = (spec: object = {}, owners: object[] = [owner]) => pod('m', { nodeName: 'one', ...spec }, { annotations: { 'kubernetes.io/config.mirror': 'x' }, ownerReferences: owners });
const env = (valueFrom: object) => ({ containers: [{ name: 'app', image: 'x', env: [{ name: 'E', valueFrom }] }] });
const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }] });

test.each<[string, KubeObject, string]>([
  ['itself', mirror(), ''],
  ['with what needs no API', mirror(volume({ hostPath: { path: '/' } })), ''],
  ['with the downward API', mirror(volume({ projected: { sources: [{ downwardAPI: {} }] } })), ''],
  ['no mirror', pod('m', { nodeName: 'one' }), 'pod does not have "kubernetes.io/config.mirror" annotation, node "one" can only create mirror pods'],
  ['on another node', mirror({ nodeName: 'two' }), 'node "one" can only create pods with spec.nodeName set to itself'],
  ['of two owners', mirror({}, [owner, owner]), 'node "one" can only create pods with a single owner reference set to itself'],
  ['of nobody', mirror({}, []), 'node "one" can only create pods with an owner reference set to itself'],
  ['of another', mirror({}, [{ ...owner, name: 'two' }]), 'node "one" can only create pods with an owner reference set to itself'],
  ['of no controller', mirror({}, [{ ...owner, controller: false }]), 'node "one" can only create pods with a controller owner reference set to itself'],
  ['that holds its node', mirror({}, [{ ...owner, blockOwnerDeletion: true }]), 'node "one" must not set blockOwnerDeletion on an owner reference'],
  ['of an earlier node', mirror({}, [{ ...owner, uid: 'old' }]), 'node one UID mismatch: expected old got node-uid'],
  ['with an account', mirror({ serviceAccountName: 'a' }), 'node "one" can not create pods that reference serviceaccounts'],
  ['with a secret', mirror(env({ secretKeyRef: { name: 's', key: 'k' } })), 'node "one" can not create pods that reference secrets'],
  ['with a config map', mirror(env({ configMapKeyRef: { name: 's', key: 'k' } })), 'node "one" can not create pods that reference configmaps'],
  ['with a device', mirror({ resourceClaims: [{ name: 'r' }] }), 'node "one" can not create pods that reference resourceclaims'],
  ['with a claim', mirror(volume({ persistentVolumeClaim: { claimName: 'c' } })), 'node "one" can not create pods that reference persistentvolumeclaims'],
  ['with a claim of its own', mirror(volume({ ephemeral: {} })), 'node "one" can not create pods that reference persistentvolumeclaims (via ephemeral volumes)'],
  ['with CSI', mirror(volume({ csi: { driver: 'd' } })), 'node "one" can not create pods that reference csidrivers (via CSI volumes)'],
  ['with a token', mirror(volume({ projected: { sources: [{ serviceAccountToken: {} }] } })), 'node "one" can not create pods that reference serviceaccounts (via projected volumes)'],
  ['with a volume that nobody knows', mirror(volume({})), 'error checking mirror pod for API references: unknown volume type for volume  "v"'],
  ['with a source that nobody knows', mirror(volume({ projected: { sources: [{}] } })), 'error checking mirror pod for API references: unknown source for projected volume "v"'],
])('a kubelet may show a Pod %s, or may not', async (_what, obj, why) => {
  expect(await admit(asOne('pods', obj))).toBe(forbidden('pods "m"', why));
});

test.each<[string, Attributes, string]>([
  ['deletes a Pod on it', gone('pods', pod('mine')), ''],
  ['deletes a Pod elsewhere', gone('pods', pod('theirs')), 'pods "theirs" is forbidden: node "one" can only delete pods with spec.nodeName set to itself'],
  ['deletes a Pod that is gone', gone('pods', pod('none')), 'pod "none" not found'],
  ['deletes all Pods', gone('pods', pod('mine', { nodeName: 'one' }), ''), 'pod "" not found'],
  ['changes a Pod', asOne('pods', pod('mine'), { oldObject: pod('mine') }), 'pods "mine" is forbidden: unexpected operation "UPDATE", node "one" can only create and delete mirror pods'],
  ['binds a Pod', asOne('pods', pod('mine'), { subresource: 'binding' }), `pods "mine" is forbidden: unexpected pod subresource "binding", only 'status' and 'eviction' are allowed`],
  ['evicts a Pod on it', onCore('pods', 'eviction', object('policy/v1', 'Eviction', 'mine', {}, { namespace: 'ns' })), ''],
  ['evicts a Pod elsewhere', onCore('pods', 'eviction', object('policy/v1', 'Eviction', 'theirs', {}, { namespace: 'ns' })), 'pods "theirs" is forbidden: node one can only evict pods with spec.nodeName set to itself'],
  ['evicts a Pod by the name in its path', onCore('pods', 'eviction', object('policy/v1', 'Eviction', '', {}, { namespace: 'ns' }), { name: 'theirs' }), 'pods "theirs" is forbidden: node one can only evict pods with spec.nodeName set to itself'],
  ['evicts nobody', onCore('pods', 'eviction', object('policy/v1', 'Eviction', '', {}, { namespace: 'ns' })), 'pods "Unknown" is forbidden: could not determine pod from request data'],
])('a kubelet that %s', async (_what, attributes, message) => {
  expect(await admit(attributes)).toBe(message);
});

const onOne = (status: object = {}, labels: object = {}) => pod('mine', { nodeName: 'one' }, { labels, status }) && { ...pod('mine', { nodeName: 'one' }, { labels }), status };
test.each<[string, KubeObject, KubeObject, string]>([
  ['on it', onOne({ phase: 'Running' }), onOne({ phase: 'Pending' }), ''],
  ['elsewhere', onOne(), pod('mine', { nodeName: 'two' }), 'node "one" can only update pod status for pods with spec.nodeName set to itself'],
  ['with other labels', onOne({}, { a: 'b' }), onOne(), 'node "one" cannot update labels through pod status'],
  ['with other devices', onOne({ resourceClaimStatuses: [{ name: 'r', resourceClaimName: 'x' }] }), onOne({ resourceClaimStatuses: [{ name: 'r' }] }), 'node "one" cannot update resource claim statues'],
  ['with other extended devices', onOne({ extendedResourceClaimStatus: { resourceClaimName: 'x' } }), onOne(), 'node "one" cannot update extended resource claim status'],
])('a kubelet reports on a Pod %s', async (_what, obj, oldObject, why) => {
  expect(await admit(asOne('pods', obj, { oldObject, subresource: 'status' }))).toBe(forbidden('pods "mine"', why));
});

const node = (name: string, labels: object = {}, spec: object = {}, metadata: object = {}) => object('v1', 'Node', name, { spec }, { labels, ...metadata });
test.each<[string, KubeObject, KubeObject | undefined, string]>([
  ['makes its own', node('one', { 'kubernetes.io/hostname': 'one', 'sub.node.kubernetes.io/x': '', mine: '', 'example.com/x': '' }), undefined, ''],
  ['makes another', node('two'), undefined, 'node "one" is not allowed to modify node "two"'],
  ['makes one with labels of the cluster', node('one', { 'node-role.kubernetes.io/master': '', 'x.node-restriction.kubernetes.io/y': '', 'a.k8s.io/b': '' }), undefined, 'node "one" is not allowed to set the following labels: a.k8s.io/b, node-role.kubernetes.io/master, x.node-restriction.kubernetes.io/y'],
  ['makes one that reads its settings elsewhere', node('one', {}, { configSource: {} }), undefined, 'node "one" is not allowed to create pods with a non-nil configSource'],
  ['updates its own', node('one', { 'node.kubernetes.io/instance-type': 'm' }), node('one'), ''],
  ['updates another', node('two'), node('two'), 'node "one" is not allowed to modify node "two"'],
  ['takes a label off', node('one'), node('one', { 'node-restriction.kubernetes.io/x': '' }), 'is not allowed to modify labels: node-restriction.kubernetes.io/x'],
  ['changes a label called after what all objects have', node('one', { constructor: 'x' }), node('one'), ''],
  ['takes a taint off', node('one'), node('one', {}, { taints: [{ key: 'k', effect: 'NoSchedule' }] }), 'node "one" is not allowed to modify taints'],
  ['takes an owner', node('one', {}, {}, { ownerReferences: [owner] }), node('one'), 'node "one" is not allowed to modify ownerReferences'],
  ['reads its settings elsewhere', node('one', {}, { configSource: {} }), node('one'), 'node "one" is not allowed to update configSource to a new non-nil configSource'],
  ['drops where it reads its settings', node('one'), node('one', {}, { configSource: {} }), ''],
])('a kubelet %s: its Node', async (_what, obj, oldObject, why) => {
  expect(await admit(asOne('nodes', obj, { oldObject }))).toBe(forbidden(`nodes "${obj.metadata.name}"`, why));
});

const token = (audiences: string[] = [], ref: object = {}) => object('authentication.k8s.io/v1', 'TokenRequest', '', { spec: { audiences, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'app', uid: 'app-uid', ...ref } } }, { namespace: 'ns' });
const notFound = (audience: string) => `audience "${audience}" not found in pod spec volume, `;
test.each<[string, KubeObject, string]>([
  ['for the API', token(), ''],
  ['for a projected volume', token(['vault']), ''],
  ['for an inline driver', token(['inline']), ''],
  ["for a claim's driver", token(['disk']), ''],
  ["for an ephemeral claim's driver, by the name of an older volume", token(['gce']), ''],
  ['for the driver of an older inline volume', token(['aws']), ''],
  ['that nodes may have', token(['anything']), ''],
  ['for nobody that its Pod knows', token(['bank']), `${notFound('bank')}system:node:one is not authorized to request tokens for this audience`],
  ['where nobody can be asked', token(['trouble']), `${notFound('trouble')}error authorizing system:node:one to request tokens for this audience: out of order`],
  ['for two at once', token(['vault', 'inline']), 'node may only request 0 or 1 audiences'],
  ['bound to nothing', object('authentication.k8s.io/v1', 'TokenRequest', '', { spec: {} }, { namespace: 'ns' }), 'node requested token not bound to a pod'],
  ['bound to a Secret', token([], { kind: 'Secret' }), 'node requested token not bound to a pod'],
  ['bound to any Pod of the name', token([], { uid: '' }), 'node requested token with a pod binding without a uid'],
  ['bound to an earlier Pod', token([], { uid: 'old' }), 'the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated'],
  ['of a Pod without volumes', token([], { name: 'bare', uid: 'bare-uid' }), `${notFound('')}system:node:one is not authorized to request tokens for this audience`],
  ['for a driver that is not there', token(['x'], { name: 'lost', uid: 'lost-uid' }), 'error validating audience "x": csidriver.storage.k8s.io "none" not found'],
])('a kubelet has a token %s, or has not', async (_what, request, why) => {
  expect(await admit(onCore('serviceaccounts', 'token', request, { name: 'sa' }))).toBe(forbidden('serviceaccounts "sa"', why));
});

test('a kubelet has no token for a Pod elsewhere', async () => {
  const elsewhere = onCore('serviceaccounts', 'token', token(), { user: kubelet('two'), name: 'sa' });
  expect(await admit(elsewhere)).toBe('serviceaccounts "sa" is forbidden: node requested token bound to a pod scheduled on a different node');
  expect(await admit(onCore('serviceaccounts', 'token', token([], { name: 'none' }), { name: 'sa' }))).toBe('pod "none" not found');
});

const lease = (name: string, namespace = 'kube-node-lease') => object('coordination.k8s.io/v1', 'Lease', name, {}, { namespace });
const csi = (name: string) => object('storage.k8s.io/v1', 'CSINode', name);
const slice = (nodeName?: string) => object('resource.k8s.io/v1', 'ResourceSlice', 's', { spec: { nodeName } });
const OWN_LEASE = 'can only access node lease with the same name as the requesting node';
const OWN_CSINODE = 'can only access CSINode with the same name as the requesting node';
test.each<[string, Attributes, string]>([
  ['its lease', asOne('leases', lease('one')), ''],
  ["another's lease", asOne('leases', lease('two')), `leases.coordination.k8s.io "two" is forbidden: ${OWN_LEASE}`],
  ["another's lease, to take it away", gone('leases', lease('two')), `leases.coordination.k8s.io "two" is forbidden: ${OWN_LEASE}`],
  ['a lease of the system', asOne('leases', lease('one', 'kube-system')), 'leases.coordination.k8s.io "one" is forbidden: can only access leases in the "kube-node-lease" system namespace'],
  ['its CSINode', gone('csinodes', csi('one')), ''],
  ["another's CSINode", asOne('csinodes', csi('two')), `csinodes.storage.k8s.io "two" is forbidden: ${OWN_CSINODE}`],
  ["another's CSINode, to change it", asOne('csinodes', csi('two'), { oldObject: csi('two') }), `csinodes.storage.k8s.io "two" is forbidden: ${OWN_CSINODE}`],
  ['its devices', asOne('resourceslices', slice('one')), ''],
  ["everybody's devices", asOne('resourceslices', slice()), 'resourceslices.resource.k8s.io "s" is forbidden: can only create ResourceSlice with the same NodeName as the requesting node'],
  ["another's devices, to change them", asOne('resourceslices', slice('two'), { oldObject: slice('two') }), ''],
  ["another's devices among many, to take them away", gone('resourceslices', slice('two'), ''), 'resourceslices.resource.k8s.io "Unknown" is forbidden: can only delete ResourceSlice with the same NodeName as the requesting node'],
  ["a Pod's certificate", asOne('podcertificaterequests', object('certificates.k8s.io/v1beta1', 'PodCertificateRequest', 'p')), 'podcertificaterequests.certificates.k8s.io "p" is forbidden: PodCertificateRequest feature gate is disabled'],
  ['what has nothing to do with nodes', asOne('configmaps', object('v1', 'ConfigMap', 'c')), ''],
])('a kubelet writes %s', async (_what, attributes, message) => {
  expect(await admit(attributes)).toBe(message);
});

test.each<[string, KubeObject, KubeObject, string]>([
  ['how far it is', claim({ status: { capacity: { storage: '2Gi' }, conditions: [{}], allocatedResources: { storage: '2Gi' }, allocatedResourceStatuses: { storage: 'x' } } }, { resourceVersion: '' }), claim({ status: {} }, { resourceVersion: '7' }), ''],
  ['its labels', claim({}, { labels: { b: 'x', a: '<' } }), claim(), '@@ -1,6 +1,10 @@\n {\n  "name": "data",\n  "namespace": "ns",\n+ "labels": {\n+  "a": "\\u003c",\n+  "b": "x"\n+ },\n  "Spec": {\n   "AccessModes": null,\n   "Selector": null,\n'],
  ['its phase', claim({ status: { phase: 'Bound' } }), claim({ status: { phase: 'Lost' } }), '@@ -16,7 +16,7 @@\n   "VolumeAttributesClassName": null\n  },\n  "Status": {\n-  "Phase": "Lost",\n+  "Phase": "Bound",\n   "AccessModes": null,\n   "Capacity": null,\n   "Conditions": null,\n'],
  ['where it comes from', claim({ spec: { dataSource: { apiGroup: 'g', kind: 'K', name: 'n' } } }), claim({ spec: {} }), '@@ -11,7 +11,11 @@\n   "VolumeName": "",\n   "StorageClassName": null,\n   "VolumeMode": null,\n-  "DataSource": null,\n+  "DataSource": {\n+   "APIGroup": "g",\n+   "Kind": "K",\n+   "Name": "n"\n+  },\n   "DataSourceRef": null,\n   "VolumeAttributesClassName": null\n  },\n'],
])('a kubelet says of a claim %s', async (_what, obj, oldObject, diff) => {
  const why = diff === '' ? '' : `node "one" is not allowed to update fields other than status.quantity and status.conditions: ${diff}`;
  expect(await admit(asOne('persistentvolumeclaims', obj, { oldObject, subresource: 'status' }))).toBe(forbidden('persistentvolumeclaims "data"', why));
  expect(await admit(asOne('persistentvolumeclaims', obj, { oldObject }))).toBe('persistentvolumeclaims "data" is forbidden: may only update PVC status');
});

async function request(subject: string): Promise<string> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  return btoa((await x509.Pkcs10CertificateRequestGenerator.create({ name: subject, keys, signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } })).toString('pem'));
}
test.each([
  ['for its own name', 'kubernetes.io/kubelet-serving', 'O=system:nodes, CN=system:node:one', ''],
  ["for another's", 'kubernetes.io/kubelet-serving', 'CN=system:node:two, O=system:nodes', 'can only create a node CSR with CN=system:node:one'],
  ["for another's, as a client", 'kubernetes.io/kube-apiserver-client-kubelet', 'CN=system:node:two', 'can only create a node CSR with CN=system:node:one'],
  ['by two names, of which the last counts', 'kubernetes.io/kubelet-serving', 'CN=system:node:one, CN=system:node:two', 'can only create a node CSR with CN=system:node:one'],
  ['for another signer', 'example.com/other', 'CN=anybody', ''],
  ['for nothing', 'kubernetes.io/kubelet-serving', '', 'unable to parse csr: PEM block type must be CERTIFICATE REQUEST'],
])('a kubelet asks for a certificate %s', async (_what, signerName, subject, why) => {
  const spec = { signerName, request: subject === '' ? btoa('nothing') : await request(subject) };
  expect(await admit(asOne('certificatesigningrequests', object('certificates.k8s.io/v1', 'CertificateSigningRequest', 'csr', { spec })))).toBe(forbidden('certificatesigningrequests.certificates.k8s.io "csr"', why));
});

test.each([
  ['without a name is refused', { name: 'system:node:', groups: ['system:nodes'] }, 'nodes "two" is forbidden: could not determine node from user "system:node:"'],
  ['that is in no group of nodes is nobody', { name: 'system:node:one', groups: [] }, ''],
  ['of another kind is not meant', { name: 'alice', groups: ['system:nodes'] }, ''],
])('a user %s', async (_what, user, message) => {
  expect(await admit(attributesOf('nodes', node('two'), { user }))).toBe(message);
});
