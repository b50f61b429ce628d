import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../apimachinery/types.ts';
import { WRITE, allow, newTestRegistry, requestFor } from '../registry.test-util.ts';

const registry = newTestRegistry();

const object = (apiVersion: string, kind: string, name: string, rest: object = {}): KubeObject => {
  const [namespace, own = namespace] = name.split('/');
  return { apiVersion, kind, ...rest, metadata: { name: own ?? '', ...(name.includes('/') && { namespace: namespace ?? '' }) } };
};

async function change(resource: string, obj: KubeObject, fields: (live: KubeObject) => object, subresource = ''): Promise<KubeObject> {
  const { name = '', namespace = '' } = obj.metadata;
  const info = { updatedObject: async (_ctx: unknown, live: KubeObject | undefined) => ({ ...structuredClone(live!), ...fields(structuredClone(live!)) }) };
  const rest = registry.rest(obj.apiVersion, resource, subresource);
  return (await rest.update(requestFor({ namespace, resource, subresource, name, verb: 'update' }), name, info, allow, allow, { ...WRITE, forceAllowCreate: false })).object;
}

const storage = 'storage.k8s.io/v1';
const dra = 'resource.k8s.io/v1';
const certificates = 'certificates.k8s.io/v1';

describe('generations', () => {
  it('of a CSIDriver begin with its first change', async () => {
    const driver = await registry.create('csidrivers', object(storage, 'CSIDriver', 'd', { spec: { preventPodSchedulingIfMissing: true } }));
    expect(driver).toMatchObject({ spec: { attachRequired: true } });
    expect(driver.metadata).not.toHaveProperty('generation');
    expect(driver.spec).not.toHaveProperty('preventPodSchedulingIfMissing');
    expect(await change('csidrivers', driver, ({ spec }) => ({ spec: { ...(spec as object), podInfoOnMount: true } }))).toMatchObject({ metadata: { generation: 1 } });
  });

  it('of a NetworkPolicy count an empty list where there was none', async () => {
    const policy = (spec: object) => object('networking.k8s.io/v1', 'NetworkPolicy', 'ns/p', { spec: { podSelector: {}, policyTypes: ['Ingress'], ...spec } });
    const made = await registry.create('networkpolicies', policy({}));
    expect(await change('networkpolicies', made, () => ({ spec: policy({ ingress: [] })['spec'] }))).toMatchObject({ metadata: { generation: 2 } });
    expect(await change('networkpolicies', made, ({ spec }) => ({ spec }))).toMatchObject({ metadata: { generation: 2 } });
  });

  it('of a PriorityClass stay at one', async () => {
    const made = await registry.create('priorityclasses', object('scheduling.k8s.io/v1', 'PriorityClass', 'p', { value: 1 }));
    expect([made, await change('priorityclasses', made, () => ({ description: 'd' }))]).toMatchObject([{ metadata: { generation: 1 } }, { metadata: { generation: 1 } }]);
  });

  it('of an EndpointSlice count its labels too, and old topology is dropped', async () => {
    const endpoints = [{ addresses: ['10.0.0.1'], deprecatedTopology: { 'kubernetes.io/hostname': 'n' } }];
    const made = await registry.create('endpointslices', object('discovery.k8s.io/v1', 'EndpointSlice', 'ns/e', { addressType: 'IPv4', endpoints }));
    expect(made['endpoints']).toEqual([{ addresses: ['10.0.0.1'], conditions: {} }]);
    const labelled = await change('endpointslices', made, ({ metadata }) => ({ metadata: { ...metadata, labels: { a: 'b' } } }));
    expect(labelled).toMatchObject({ metadata: { generation: 2 } });
  });
});

describe('what a feature gate keeps shut', () => {
  it('is dropped from a Lease', async () => {
    const lease = await registry.create('leases', object('coordination.k8s.io/v1', 'Lease', 'ns/l', { spec: { strategy: 'OldestEmulationVersion', preferredHolder: 'x', holderIdentity: 'me' } }));
    expect(lease.spec).toEqual({ holderIdentity: 'me' });
  });

  it('is dropped from a ResourceSlice', async () => {
    const devices = [{ name: 'd', attributes: { a: { int: 1, ints: [1] } }, nodeAllocatableResourceMappings: { cpu: {} }, taints: [{ key: 'k', effect: 'NoSchedule' }] }];
    const slice = await registry.create('resourceslices', object(dra, 'ResourceSlice', 's', { spec: { driver: 'd', nodeName: 'n', pool: { name: 'p', generation: 1, resourceSliceCount: 1 }, devices } }));
    expect(slice).toMatchObject({ spec: { devices: [{ name: 'd', attributes: { a: { int: 1 } }, taints: [{ timeAdded: expect.stringMatching(/^\d{4}-.*Z$/) }] }] } });
    expect(JSON.stringify(slice.spec)).not.toMatch(/"ints|Mappings/);
  });
});

it('a claim that gives a device back forgets how it fared', async () => {
  const device = { driver: 'd', pool: 'p', device: 'x' };
  const claim = await registry.create('resourceclaims', object(dra, 'ResourceClaim', 'ns/c', { spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'c' } }] } } }));
  const given = await change('resourceclaims', claim, () => ({ status: { allocation: { devices: { results: [{ request: 'r', ...device }] } }, devices: [device] } }), 'status');
  expect(given).toMatchObject({ status: { devices: [device] } });
  expect((await change('resourceclaims', claim, ({ status }) => ({ status: { devices: (status as { devices: unknown }).devices } }), 'status')).status).toEqual({});
});

describe('a CertificateSigningRequest', () => {
  // a version, a name, a key; then an algorithm and a signature, all of them without content
  const der = String.fromCharCode(0x30, 13, 0x30, 7, 2, 1, 0, 0x30, 0, 0x30, 0, 0x30, 0, 3, 0);
  const request = btoa(`-----BEGIN CERTIFICATE REQUEST-----\n${btoa(der)}\n-----END CERTIFICATE REQUEST-----\n`);
  const conditions = (obj: KubeObject) => (obj.status as { conditions: Record<string, string>[] }).conditions;

  it('knows since when it is approved, and by whom it was asked for', async () => {
    const csr = await registry.create('certificatesigningrequests', object(certificates, 'CertificateSigningRequest', 'c', { spec: { request, signerName: 'example.com/s', usages: ['client auth'], username: 'mallory' } }));
    expect(csr).toMatchObject({ spec: { username: 'admin', groups: ['system:masters'] } });
    const approved = await change('certificatesigningrequests', csr, () => ({ status: { conditions: [{ type: 'Approved', status: 'True', reason: 'R' }] } }), 'approval');
    expect(conditions(approved)).toEqual([{ type: 'Approved', status: 'True', reason: 'R', lastUpdateTime: expect.stringMatching(/Z$/), lastTransitionTime: expect.stringMatching(/Z$/) }]);
    const failed = await change('certificatesigningrequests', csr, () => ({ status: { conditions: [{ type: 'Approved', status: 'True', reason: 'other' }, { type: 'Failed', status: 'True' }] } }), 'status');
    expect(conditions(failed)).toMatchObject([conditions(approved)[0], { type: 'Failed', lastUpdateTime: expect.any(String) }]);
  });
});
