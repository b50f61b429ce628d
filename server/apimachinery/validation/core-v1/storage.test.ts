import { describe, expect, it } from 'vitest';
import { checksOf, newChecks } from '../validation.test-util.ts';
import type { Rest } from '../validation.test-util.ts';

const [volume, claim] = [checksOf('v1', 'PersistentVolume', 'x'), checksOf('v1', 'PersistentVolumeClaim', 'default/x')];
const sized = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] };
const madeVolume = (spec: Rest, rest: Rest = {}): Rest => ({ spec: { ...sized, ...spec }, ...rest });
const madeClaim = (spec: Rest, status: Rest = {}): Rest => ({ spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, ...spec }, status });
const zone = (key: string) => ({ nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: ['a'] }] }] } } });
const csi = { driver: 'd.io', volumeHandle: 'h' };

describe('a PersistentVolume', () => {
  it.each<[Rest, string[]]>([
    [{ local: { path: '../a' } }, [`spec.local.path: Invalid value: "../a": must not contain '..'`, 'spec.nodeAffinity: Required value: Local volume requires node affinity']],
    [{ csi: { ...csi, driver: 'a_b', nodeExpandSecretRef: { name: 's' } } }, [`spec.csi.driver: Invalid value: "a_b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`, 'spec.csi.nodeExpandSecretRef.namespace: Required value']],
    [{ hostPath: { path: '/' }, cephfs: { monitors: ['m'] }, flexVolume: {} }, ['spec.cephFS: Forbidden: may not specify more than 1 volume type', 'spec.flexVolume.driver: Required value']],
    [{ nfs: { server: 's', path: '/' }, capacity: { storage: '-1' }, volumeMode: '' }, ['spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity', 'spec.capacity[storage]: Invalid value: "-1": must be greater than zero', 'spec.volumeMode: Unsupported value: "": supported values: "Block", "Filesystem"']],
    [{ iscsi: { targetPortal: 't', iqn: 'iqn.2001-04.com.example:s', initiatorName: 'odd', secretRef: {} } }, ['spec.iscsi.secretRef.name: Required value', 'spec.iscsi.initiatorname: Invalid value: "odd": must be valid format']],
    [{ cinder: { volumeID: 'v', secretRef: { name: 's' } } }, ['spec.cinder.secretRef.namespace: Required value']],
    [{ glusterfs: { endpoints: 'e', path: 'p', endpointsNamespace: '' } }, ['spec.glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name']],
    [{ azureDisk: { diskName: 'd', diskURI: 'x', kind: 'Managed' } }, ['spec.azureDisk.diskURI: Unsupported value: "x": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"']],
  ])('%j', (spec, expected) => expect(volume.create(madeVolume(spec))).toEqual(expected));

  it('has mount options where it can be mounted with some', () => {
    const annotations = { 'volume.beta.kubernetes.io/mount-options': 'ro' };
    expect(volume.create(madeVolume({ csi }, { metadata: { annotations } }))).toEqual(['metadata.annotations.volume.beta.kubernetes.io/mount-options: Forbidden: may not specify mount options for this volume type']);
    expect(volume.create(madeVolume({ nfs: { server: 's', path: '/' } }, { metadata: { annotations } }))).toEqual([]);
  });

  it('keeps its place, which may get a new name but not the old one again', () => {
    const moved = (from: string, to: string) => volume.update(madeVolume({ csi, ...zone(from) }), madeVolume({ csi, ...zone(to) }));
    expect(moved('failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone')).toEqual([]);
    expect(moved('topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone')).toEqual([expect.stringContaining('field is immutable, except for updating from beta label to GA')]);
    expect(moved('a', 'b')).toEqual(['nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"b","Operator":"In","Values":["a"]}],"MatchFields":null}]}}: field is immutable, except for updating from beta label to GA']);
  });
});

describe('a PersistentVolumeClaim', () => {
  it('shrinks no further than it has grown', () => {
    const bound = { phase: 'Bound', capacity: { storage: '1Gi' } };
    const to = (storage: string) => claim.update(madeClaim({}, bound), madeClaim({ resources: { requests: { storage } } }, bound));
    expect(to('3Gi')).toEqual([]);
    expect(to('1536Mi')).toEqual([]);
    expect(to('1Gi')).toEqual(['spec.resources.requests.storage: Forbidden: field can not be less than status.capacity']);
  });

  it('keeps its selector, and gets not even an empty one', () => {
    expect(claim.update(madeClaim({}), madeClaim({ selector: {} }))).toEqual([expect.stringContaining('spec: Forbidden: spec is immutable after creation')]);
  });

  it('tells how far its growth has come', () => {
    const status = { capacity: { storage: '-1' }, allocatedResources: { cpu: '1' }, allocatedResourceStatuses: { storage: 'Odd' } };
    expect(claim.subresource('status', madeClaim({}), madeClaim({}, status))).toEqual([
      'status.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
      'status.allocatedResourceStatuses: Unsupported value: "storage": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
      'status.allocatedResources: Unsupported value: "cpu": supported values: "storage"',
    ]);
  });
});

describe('updates that check a create once more', () => {
  it.each<[string, string, Rest, Rest, string[]]>([
    ['Node', 'x', { spec: { podCIDRs: ['10.0.0.1/8'] } }, { spec: {} }, ['spec.podCIDRs[0]: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length']],
    ['Node', 'x', { status: { declaredFeatures: ['b', 'A', 'A'], nodeInfo: { swap: { capacity: 0 } } } }, {}, [
      'metadata.nodeSwapStatus.capacity: Invalid value: 0: must be greater than zero',
      ...[1, 2].flatMap(() => [
        `status.declaredFeatures[0]: Invalid value: "b": invalid feature name "b": must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes`,
        'status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically',
        'status.declaredFeatures[2]: Duplicate value: "A"',
      ]),
    ]],
    ['Namespace', 'x', { spec: { finalizers: ['a b'] } }, {}, [
      `spec.finalizers: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      'spec.finalizers: Invalid value: "a b": name is neither a standard finalizer name nor is it fully qualified',
    ]],
    ['Secret', 'default/x', { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': btoa('[]') } }, { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': btoa('{}') } }, ['data[.dockercfg]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of type map[string]interface {}']],
  ])('of a %s', (kind, name, now, old, expected) => expect(newChecks('v1').update(kind, name, old, now)).toEqual(expected));
});
