import { describe, expect, it } from 'vitest';
import type { Rest } from '../validation.test-util.ts';
import { newChecks } from '../validation.test-util.ts';

const { create, update, subresource } = newChecks('storage.k8s.io/v1');
const attachment = (rest: object): Rest => ({ spec: { attacher: 'a.example.com', nodeName: 'n', source: { persistentVolumeName: 'pv' }, ...rest } });
const topologies = (...terms: object[]): Rest => ({ provisioner: 'p', allowedTopologies: terms.map((term) => ({ matchLabelExpressions: [term] })) });

describe('a VolumeAttachment', () => {
  it.each<[Rest, string[]]>([
    [attachment({}), []],
    [attachment({ attacher: '', source: {} }), ['spec.attacher: Required value', 'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName']],
    [attachment({ source: { persistentVolumeName: '' } }), [
      'spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName',
      expect.stringMatching(/^spec\.source\.persistentVolumeName: Invalid value: "": a lowercase RFC 1123 subdomain/),
    ]],
    [attachment({ source: { persistentVolumeName: 'pv', inlineVolumeSpec: {} } }), ['spec.source: Forbidden: must specify exactly one of inlineVolumeSpec and persistentVolumeName']],
    [attachment({ source: { inlineVolumeSpec: { capacity: { storage: '1Gi' } } } }), [
      'spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes',
      'spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes',
      'spec.source.inlineVolumeSpec.accessModes: Required value',
    ]],
  ])('%j', (rest, expected) => {
    expect(create('VolumeAttachment', 'a', rest)).toEqual(expected);
  });

  it('stays where it is', () => {
    expect(update('VolumeAttachment', 'a', attachment({}), attachment({ nodeName: 'm' }))).toEqual([
      'spec: Invalid value: {"Attacher":"a.example.com","Source":{"PersistentVolumeName":"pv","InlineVolumeSpec":null},"NodeName":"m"}: field is immutable',
    ]);
  });

  it('has errors of limited length', () => {
    expect(subresource('status', 'VolumeAttachment', 'a', attachment({}), { ...attachment({}), status: { attached: false, attachError: { message: 'x'.repeat(1025), errorCode: -1 } } })).toEqual([
      'status.attachError.message: Too long: may not be more than 262144 bytes',
      'status.attachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    ]);
  });
});

describe('a StorageClass', () => {
  it.each<[Rest, string[]]>([
    [topologies({ key: 'zone', values: ['a', 'b'] }, { key: 'zone', values: ['c'] }), []],
    [topologies({ key: 'zone', values: ['a', 'b'] }, { key: 'zone', values: ['b', 'a'] }), ['allowedTopologies[1].matchLabelExpressions: Duplicate value: ""']],
    [topologies({ key: 'zone', values: ['a', 'a'] }, { key: 'region' }), ['allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"', 'allowedTopologies[1].matchLabelExpressions[0].values: Required value']],
    [{ provisioner: '', parameters: { '': 'x' }, reclaimPolicy: 'Recycle', volumeBindingMode: 'Later' }, [
      'provisioner: Required value', 'parameters: Invalid value: "": field can not be empty.', 'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"', 'volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"',
    ]],
  ])('%j', (rest, expected) => {
    expect(create('StorageClass', 'c', rest)).toEqual(expected);
  });

  it('keeps what volumes were made with', () => {
    expect(update('StorageClass', 'c', { provisioner: 'p' }, { provisioner: 'q', parameters: { a: 'b' }, reclaimPolicy: 'Retain' })).toEqual([
      'parameters: Invalid value: {"a":"b"}: field is immutable', 'provisioner: Invalid value: "q": field is immutable', 'reclaimPolicy: Invalid value: "Retain": field is immutable',
    ]);
  });
});

describe('other kinds of storage', () => {
  it.each<[string, string, Rest, string[]]>([
    ['CSINode', 'n', { spec: { drivers: [{ name: 'a', nodeID: '', topologyKeys: ['', 'k', 'k'] }, { name: 'a', nodeID: '1', allocatable: { count: -1 } }] } }, [
      'spec.drivers[0].nodeID: Required value', 'spec.drivers[0]: Required value', 'spec.drivers[0]: Invalid value: "": name part must be non-empty', expect.stringContaining('spec.drivers[0]: Invalid value: "": name part must consist of'), 'spec.drivers[0]: Duplicate value: "k"',
      'spec.drivers[1].allocatable.count: Invalid value: -1: must be greater than or equal to 0', 'spec.drivers[1].name: Duplicate value: "a"',
    ]],
    ['CSIDriver', 'd', { spec: { fsGroupPolicy: 'Odd', tokenRequests: [{ audience: '' }, { audience: '' }], volumeLifecycleModes: ['Odd'], nodeAllocatableUpdatePeriodSeconds: 5 } }, [
      'spec.fsGroupPolicy: Unsupported value: "Odd": supported values: "File", "None", "ReadWriteOnceWithFSType"', 'spec.tokenRequests[1].audience: Duplicate value: ""',
      'spec.volumeLifecycleModes: Unsupported value: "Odd": supported values: "Persistent", "Ephemeral"', 'spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 5: must be greater than or equal to 10 seconds',
    ]],
    ['VolumeAttributesClass', 'v', { driverName: 'd' }, ['parameters: Required value: must contain at least one key/value pair']],
    ['CSIStorageCapacity', 'default/c', { storageClassName: '!', capacity: '-1' }, [expect.stringMatching(/^storageClassName: Invalid value: "!"/), 'capacity: Invalid value: "-1": must be greater than or equal to 0']],
  ])('%s %s %j', (kind, name, rest, expected) => {
    expect(create(kind, name, rest)).toEqual(expected);
  });

  it.each<[string, string, Rest, Rest, string[]]>([
    ['CSINode', 'n', { spec: { drivers: [{ name: 'a', nodeID: '1', allocatable: { count: 1 } }] } }, { spec: { drivers: [{ name: 'a', nodeID: '2', allocatable: { count: 2 } }] } }, ['spec.drivers: Invalid value: {"Name":"a","NodeID":"2","TopologyKeys":null,"Allocatable":null}: field is immutable']],
    ['CSIDriver', 'd', { spec: {} }, { spec: { attachRequired: false } }, ['spec.attachedRequired: Invalid value: false: field is immutable']],
    ['VolumeAttributesClass', 'v', { driverName: 'd', parameters: { a: 'b' } }, { driverName: 'e' }, ['driverName: Forbidden: updates to driverName are forbidden.', 'parameters: Forbidden: updates to parameters are forbidden.', 'parameters: Required value: must contain at least one key/value pair']],
    ['CSIStorageCapacity', 'default/c', { storageClassName: 'a' }, { storageClassName: 'b', nodeTopology: {} }, ['nodeTopology: Invalid value: {}: field is immutable', 'storageClassName: Invalid value: "b": field is immutable']],
  ])('%s %s from %j to %j', (kind, name, old, now, expected) => {
    expect(update(kind, name, old, now)).toEqual(expected);
  });
});
