import { beforeEach, expect, test } from 'vitest';
import { everythingFields } from '../../../apimachinery/fields.ts';
import { everythingLabels } from '../../../apimachinery/labels.ts';
import type { KubeObject } from '../../../apimachinery/types.ts';
import { newEmbeddedEtcd } from '../../../storage/etcd/embedded/embedded.ts';
import type { EtcdClient } from '../../../storage/etcd/client.ts';
import type { TestRegistry } from '../../registry.test-util.ts';
import { WRITE, allow, newTestRegistry, requestFor } from '../../registry.test-util.ts';
import { newEtcdPortRange } from './port-range.ts';

let etcd: EtcdClient;
let registry: TestRegistry;
const newServer = () => newTestRegistry({ etcd, portRange: newEtcdPortRange(etcd, '/registry', '30000-32767') });
const ctx = (name = '') => requestFor({ namespace: 'ns', resource: 'services', name });
const everything = { labelSelector: everythingLabels, fieldSelector: everythingFields, resourceVersion: '', resourceVersionMatch: '', limit: 0, continue: '', allowWatchBookmarks: false, watch: false } as const;

beforeEach(() => {
  etcd = newEmbeddedEtcd();
  registry = newServer();
});

interface Made extends KubeObject {
  spec: { type: string; clusterIP: string; clusterIPs: string[]; ports: { port: number; nodePort?: number }[] };
}

const service = (name: string, spec: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'ns' }, spec: { ports: [{ port: 80 }], ...spec } });
const make = async (name: string, spec: object = {}, options = {}) => (await registry.create('services', service(name, spec), options)) as Made;

async function change(name: string, spec: object): Promise<Made> {
  const info = { updatedObject: async (_ctx: unknown, live: KubeObject | undefined) => ({ ...live!, spec: { ...(live!.spec as object), ...spec } }) };
  const { object } = await registry.rest('v1', 'services').update(ctx(name), name, info, allow, allow, { ...WRITE, forceAllowCreate: false });
  return object as Made;
}

const remove = (name: string, options = {}) => registry.rest('v1', 'services').delete(ctx(name), name, allow, { dryRun: false, ...options });

/** The addresses that are given away, and to whom. */
async function addresses(): Promise<Record<string, unknown>> {
  const { items } = await registry.rest('networking.k8s.io/v1', 'ipaddresses').list(requestFor(), everything);
  return Object.fromEntries(items.map((item) => [item.metadata.name, (item as { spec?: { parentRef?: { name?: string } } }).spec?.parentRef?.name]));
}

test('gives a Service an address of its own, and takes it back', async () => {
  const { spec } = await make('a');
  expect(spec).toMatchObject({ clusterIP: expect.stringMatching(/^10\.0\.0\.\d+$/), clusterIPs: [spec.clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  expect(await addresses()).toEqual({ [spec.clusterIP]: 'a' });
  await remove('a');
  expect(await addresses()).toEqual({});
});

test.each([
  ['headless', { clusterIP: 'None', selector: { a: 'b' } }, { clusterIP: 'None', clusterIPs: ['None'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }],
  ['headless without a selector', { clusterIP: 'None' }, { clusterIPs: ['None'], ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }],
  ['an external name', { type: 'ExternalName', externalName: 'x.example.com', ports: [] }, { type: 'ExternalName' }],
])('gives no address to one that is %s', async (_what, spec, expected) => {
  expect((await make('a', spec)).spec).toMatchObject(expected);
  expect(await addresses()).toEqual({});
});

test.each([
  ['an address outside', { clusterIP: '1.2.3.4' }, 'Service "b" is invalid: spec.clusterIPs: Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided network does not match the current range'],
  ['an address that is taken', { clusterIP: '10.0.0.77' }, 'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.0.0.77"]: failed to allocate IP 10.0.0.77: provided IP is already allocated'],
  ['IPv6', { ipFamilies: ['IPv6'] }, 'Service "b" is invalid: spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
  ['two families', { ipFamilyPolicy: 'RequireDualStack' }, 'Service "b" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services'],
  ['a port outside', { type: 'NodePort', ports: [{ port: 80, nodePort: 22 }] }, 'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 22: provided port is not in the valid range. The range of valid ports is 30000-32767'],
  ['a port that is taken', { type: 'NodePort', ports: [{ port: 80, nodePort: 30077 }] }, 'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30077: provided port is already allocated'],
])('refuses %s, and keeps nothing of it', async (_what, spec, message) => {
  await make('taken', { clusterIP: '10.0.0.77', type: 'NodePort', ports: [{ port: 80, nodePort: 30077 }] });
  await expect(make('b', spec)).rejects.toMatchObject({ message, status: { code: 422 } });
  expect(await addresses()).toEqual({ '10.0.0.77': 'taken' });
});

test('gives back what it took when the Service turns out invalid or to exist', async () => {
  const { spec } = await make('a');
  await expect(make('a')).rejects.toMatchObject({ status: { code: 409 } });
  await expect(make('Bad', { type: 'NodePort' })).rejects.toMatchObject({ status: { code: 422 } });
  expect(await addresses()).toEqual({ [spec.clusterIP]: 'a' });
});

test('a dry run shows an address and takes none', async () => {
  expect((await make('a', { type: 'NodePort' }, { dryRun: true })).spec).toMatchObject({ clusterIP: '10.0.0.0', ports: [{ nodePort: expect.any(Number) }] });
  expect(await addresses()).toEqual({});
  expect((await make('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 99 }] }, { dryRun: true })).spec.ports).toMatchObject([{ nodePort: 99 }]);
  await expect(make('a', { clusterIP: '1.2.3.4' }, { dryRun: true })).rejects.toThrow('the provided IP (1.2.3.4) is not in the valid range. The range of valid IPs is 10.0.0.0/24');
});

test('a Service without a name has no address', async () => {
  await expect(make('')).rejects.toThrow(/^Service "" is invalid: spec\.clusterIPs: Invalid value: \[""\]: failed to allocate IP: IPAddress\.networking\.k8s\.io "10\.0\.0\.\d+" is invalid: spec\.parentRef\.name: Required value$/);
  expect(await addresses()).toEqual({});
});

test('a node port is taken until its Service goes or stops needing it', async () => {
  const taken = { type: 'NodePort', ports: [{ port: 80, nodePort: 30100 }] };
  await make('a', taken);
  await expect(make('b', taken)).rejects.toThrow('provided port is already allocated');
  expect((await change('a', { type: 'ClusterIP' })).spec.ports).toEqual([expect.not.objectContaining({ nodePort: 30100 })]);
  await make('b', taken);
  await remove('b');
  expect((await make('c', taken)).spec.ports).toMatchObject([{ nodePort: 30100 }]);
});

test('TCP and UDP of one number share the node port', async () => {
  const ports = [{ name: 'tcp', port: 53, protocol: 'TCP' }, { name: 'udp', port: 53, protocol: 'UDP' }];
  const [tcp, udp] = (await make('dns', { type: 'NodePort', ports })).spec.ports;
  expect(tcp?.nodePort).toBe(udp?.nodePort);
});

test('an update may leave out what the server gave', async () => {
  const { spec } = await make('a', { type: 'NodePort' });
  const changed = await change('a', { clusterIP: undefined, clusterIPs: undefined, ports: [{ port: 81, protocol: 'TCP', targetPort: 81 }] });
  expect(changed.spec).toMatchObject({ clusterIP: spec.clusterIP, clusterIPs: spec.clusterIPs, ports: [{ port: 81, nodePort: spec.ports[0]?.nodePort }] });
});

test('a Service that becomes an external name gives its address back, and gets another when it returns', async () => {
  await make('a');
  expect((await change('a', { type: 'ExternalName', externalName: 'x.example.com' })).spec).not.toHaveProperty('clusterIP');
  expect(await addresses()).toEqual({});
  const { spec } = await change('a', { type: 'ClusterIP', externalName: undefined });
  expect(await addresses()).toEqual({ [spec.clusterIP]: 'a' });
});

test('a generated name has the address from the start', async () => {
  const made = await registry.create('services', { ...service(''), metadata: { generateName: 'gen-', namespace: 'ns' } });
  expect(Object.values(await addresses())).toEqual([made.metadata.name]);
});

test('deleting all of them frees all that they had', async () => {
  await make('a');
  await make('b');
  await registry.rest('v1', 'services').deleteCollection(ctx(), allow, { dryRun: false }, everything);
  expect(await addresses()).toEqual({});
});

test('servers on one etcd give nothing away twice', async () => {
  const servers = [registry, newServer(), newServer()];
  const made = await Promise.all(Array.from({ length: 30 }, (_, i) => servers[i % 3]!.create('services', service(`s${i}`, { type: 'NodePort' })) as Promise<Made>));
  expect(new Set(made.map(({ spec }) => spec.clusterIP)).size).toBe(30);
  expect(new Set(made.map(({ spec }) => spec.ports[0]?.nodePort)).size).toBe(30);
});

test('a network that is full is an error of the server', async () => {
  const cidr = { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: 'small' }, spec: { cidrs: ['10.9.0.0/30'] } };
  await registry.create('servicecidrs', cidr);
  const ready = { updatedObject: async (_ctx: unknown, live: KubeObject | undefined) => ({ ...live!, status: { conditions: [{ type: 'Ready', status: 'True', reason: '', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }] } }) };
  await registry.rest('networking.k8s.io/v1', 'servicecidrs', 'status').update(requestFor(), 'small', ready, allow, allow, { ...WRITE, forceAllowCreate: false });
  const made = [await make('a'), await make('b')].map(({ spec }) => spec.clusterIP);
  expect(made.sort()).toEqual(['10.9.0.1', '10.9.0.2']);
  await expect(make('c')).rejects.toMatchObject({ message: 'Internal error occurred: failed to allocate a serviceIP for Service "c": range is full', status: { code: 500 } });
});

test('says of an update that wants one port of the nodes twice what upstream says', async () => {
  await make('a', { type: 'NodePort', ports: [{ name: 'x', port: 80, protocol: 'TCP', nodePort: 30001 }] });
  const twice = [80, 81].map((port) => ({ name: `p${port}`, port, protocol: 'TCP', nodePort: 30001 }));
  await expect(change('a', { ports: twice })).rejects.toThrow('duplicate nodePort: {TCP 30001}');
});
