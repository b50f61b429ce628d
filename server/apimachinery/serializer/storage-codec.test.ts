import { describe, expect, it } from 'vitest';
import { newDefaulter } from '../defaulting/defaulter.ts';
import { newScheme } from '../scheme.ts';
import { newCodecFactory } from './codec-factory.ts';
import { newStorageCodec } from './storage-codec.ts';

const factory = newCodecFactory(newScheme());
const kind = { group: '', version: 'v1', kind: 'ConfigMap' };
const json = newStorageCodec(factory, kind, 'application/json');
const protobuf = newStorageCodec(factory, kind, 'application/vnd.kubernetes.protobuf');
const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a', namespace: 'default' }, data: { k: 'v' } };

describe('the storage codec', () => {
  it('writes the form it is made for', () => {
    expect(new TextDecoder().decode(json.encode(object))).toBe(`${JSON.stringify(object)}\n`);
    expect([...protobuf.encode(object).subarray(0, 4)]).toEqual([0x6b, 0x38, 0x73, 0]);
  });

  it.each([
    ['JSON', json],
    ['protobuf', protobuf],
    ['YAML', newStorageCodec(factory, kind, 'application/yaml')],
  ])('reads %s whatever form it writes', (_, writer) => {
    const bytes = writer.encode(object);
    expect(json.decode(bytes)).toEqual(object);
    expect(protobuf.decode(bytes)).toEqual(object);
  });

  it('completes what it reads', () => {
    const scheme = newScheme();
    const statefulSets = newStorageCodec(newCodecFactory(scheme), { group: 'apps', version: 'v1', kind: 'StatefulSet' }, 'application/vnd.kubernetes.protobuf', newDefaulter(scheme));
    const set = { kind: 'StatefulSet', apiVersion: 'apps/v1', metadata: { name: 'a' }, spec: { volumeClaimTemplates: [{ metadata: { name: 'c' } }] } };
    expect(statefulSets.decode(statefulSets.encode(set)).spec).toMatchObject({
      podManagementPolicy: 'OrderedReady',
      volumeClaimTemplates: [{ kind: 'PersistentVolumeClaim', apiVersion: 'v1', metadata: { name: 'c' } }],
    });
  });

  it('stores a kind that is new in its version in the version before', () => {
    const scheme = newScheme();
    const served = { group: 'admissionregistration.k8s.io', version: 'v1', kind: 'MutatingAdmissionPolicy' };
    const policies = newStorageCodec(factory, served, 'application/json', () => undefined, scheme.storageKind(served));
    const policy = { kind: served.kind, apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: 'a' }, spec: {} };
    expect(JSON.parse(new TextDecoder().decode(policies.encode(policy)))).toMatchObject({ apiVersion: 'admissionregistration.k8s.io/v1beta1' });
    expect(policies.decode(policies.encode(policy))).toEqual(policy);
  });

  it('says that it cannot read what is none of them', () => {
    expect(() => json.decode(new TextEncoder().encode('gone bad'))).toThrow("couldn't get version/kind; json parse error: json: cannot unmarshal string");
    expect(() => json.decode(new TextEncoder().encode('{"kind":'))).toThrow("couldn't get version/kind; json parse error: unexpected end of JSON input");
  });
});
