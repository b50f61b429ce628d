import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import groups from '../../apimachinery/facts/discovery.json' with { type: 'json' };
import { PathRecorderMux } from '../path-recorder-mux.ts';
import { type Server, serve } from '../serve.test-util.ts';
import { WebService } from '../web-service.ts';
import { newScheme } from '../../apimachinery/scheme.ts';
import { newCodecFactory } from '../../apimachinery/serializer/codec-factory.ts';
import { DiscoveryManager } from './discovery-manager.ts';
import { type DiscoveryConfig, installGroupDiscovery, installGroupsDiscovery, newRootDiscovery, newVersionDiscovery } from './handlers.ts';
import { newDocumentWriter } from './write-document.ts';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const manager = new DiscoveryManager(groups);
const config: DiscoveryConfig = {
  manager,
  externalAddress: '127.0.0.1:6443',
  write: newDocumentWriter(newCodecFactory(newScheme())),
};
const widgets = {
  version: 'v1alpha1',
  resources: [
    {
      resource: 'widgets',
      responseKind: { group: '', version: '', kind: 'Widget' },
      scope: 'Namespaced' as const,
      singularResource: 'widget',
      verbs: ['create', 'get'],
      storageVersion: { group: 'example.com', version: 'v1' },
    },
  ],
};
let server: Server;

beforeAll(async () => {
  const mux = new PathRecorderMux();
  const batch = new WebService('/apis/batch/v1');
  batch.route(newVersionDiscovery(config, { group: 'batch', version: 'v1' }));
  const core = new WebService('/api/v1');
  core.route(newVersionDiscovery(config, { group: '', version: 'v1' }));
  for (const service of [newRootDiscovery(config), batch, core]) mux.mount(service);
  installGroupsDiscovery(mux, config);
  for (const group of ['autoscaling', 'apiregistration.k8s.io']) installGroupDiscovery(mux, config, group);
  server = await serve(mux.handler);
});
afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });
const json = async (path: string, headers?: Record<string, string>) => (await get(path, headers)).json();

describe('discovery step by step', () => {
  it('lists the legacy version without an apiVersion', async () => {
    expect(await json('/api/')).toEqual({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }] });
  });

  it('lists the groups in their order, the legacy one left out', async () => {
    const list = await json('/apis');
    expect(list).toMatchObject({ kind: 'APIGroupList', apiVersion: 'v1' });
    expect(list.groups.map((group: { name: string }) => group.name).slice(0, 3)).toEqual(['apiregistration.k8s.io', 'apps', 'events.k8s.io']);
  });

  it('prefers the first version of a group', async () => {
    expect(await json('/apis/autoscaling')).toEqual({
      kind: 'APIGroup',
      apiVersion: 'v1',
      name: 'autoscaling',
      versions: [
        { groupVersion: 'autoscaling/v2', version: 'v2' },
        { groupVersion: 'autoscaling/v1', version: 'v1' },
      ],
      preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
    });
  });

  it('gives a stored resource its hash, and a subresource a name below its resource', async () => {
    const list = await json('/apis/batch/v1');
    expect(list).toMatchObject({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'batch/v1' });
    expect(list.resources.slice(-2)).toEqual([
      expect.objectContaining({ name: 'jobs', singularName: 'job', namespaced: true, kind: 'Job', categories: ['all'], storageVersionHash: 'mudhfqk/qZY=' }),
      { name: 'jobs/status', singularName: '', namespaced: true, kind: 'Job', verbs: ['get', 'patch', 'update'] },
    ]);
  });

  it('names the group of a foreign kind, and hashes only what is stored', async () => {
    const list = await json('/api/v1');
    const named = new Map<string, object>(list.resources.map((each: { name: string }) => [each.name, each]));
    expect(list).not.toHaveProperty('apiVersion');
    expect(named.get('pods')).toMatchObject({ storageVersionHash: 'xPOwRZ+Yhw8=' });
    expect(named.get('pods/eviction')).toMatchObject({ group: 'policy', version: 'v1', kind: 'Eviction' });
    expect(named.get('bindings')).not.toHaveProperty('storageVersionHash');
  });
});

describe('a discovery document', () => {
  it.each(['/api', '/apis', '/apis/autoscaling', '/api/v1'])('of %s can be had in YAML and protobuf', async (path) => {
    const yaml = await get(path, { accept: 'application/yaml' });
    expect(yaml.headers.get('content-type')).toBe('application/yaml');
    expect(await yaml.text()).toMatch(/^kind: API/m);
    const proto = await get(path, { accept: 'application/vnd.kubernetes.protobuf' });
    expect(proto.headers.get('content-type')).toBe('application/vnd.kubernetes.protobuf');
    expect(new Uint8Array(await proto.arrayBuffer()).slice(0, 4)).toEqual(new Uint8Array([0x6b, 0x38, 0x73, 0]));
  });

  it('is refused in a form that no serializer has', async () => {
    const res = await get('/apis', { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' });
    expect(res.status).toBe(406);
    expect(await res.json()).toMatchObject({ message: 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf' });
  });
});

describe('what the aggregator answers itself', () => {
  it.each(['/apis', '/apis/', '/apis/autoscaling', '/apis/autoscaling/'])('%s is the same for every method', async (path) => {
    const plain = await json(path);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const res = await fetch(server.url + path, { method });
      expect([method, res.status, await res.json()]).toEqual([method, 200, plain]);
    }
  });

  it.each(['/api', '/apis/batch/v1', '/apis/apiregistration.k8s.io'])('%s is not: a web service knows its methods', async (path) => {
    expect((await fetch(server.url + path, { method: 'POST' })).status).toBe(405);
  });

  it.each([
    ['/apis', 'text/html'],
    ['/apis/', aggregated],
    ['/apis/autoscaling', aggregated],
    ['/apis/batch/v1', aggregated],
  ])('%s cannot be had as %s', async (path, accept) => {
    const res = await get(path, { accept });
    expect(res.status).toBe(406);
    expect(await res.json()).toMatchObject({ message: 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf' });
  });
});

describe('aggregated discovery', () => {
  it.each([
    [aggregated, true],
    [`${aggregated},application/json`, true],
    [`application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,${aggregated}`, true],
    [`application/json,${aggregated}`, false],
    [`application/json;q=0.5,${aggregated}`, true],
    ['application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json', false],
    ['application/json', false],
  ])('is given to a client that accepts %s: %s', async (accept, yes) => {
    const res = await get('/apis', { accept });
    expect(res.headers.get('content-type')).toBe(yes ? aggregated : 'application/json');
    expect(await res.json()).toMatchObject({ kind: yes ? 'APIGroupDiscoveryList' : 'APIGroupList' });
  });

  it('shows the legacy group under /api, without a name', async () => {
    const list = await json('/api', { accept: aggregated });
    expect(list.items).toMatchObject([{ metadata: {}, versions: [{ version: 'v1', freshness: 'Current' }] }]);
  });

  it('answers 304 while the document is unchanged', async () => {
    const first = await get('/apis', { accept: aggregated });
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9A-F]{128}"$/);
    expect(first.headers.get('vary')).toBe('Accept');
    expect((await get('/apis', { accept: aggregated, 'if-none-match': etag })).status).toBe(304);
    manager.addGroupVersion('example.com', widgets);
    const changed = await get('/apis', { accept: aggregated, 'if-none-match': etag });
    expect(changed.status).toBe(200);
    manager.removeGroupVersion({ group: 'example.com', version: 'v1alpha1' });
    expect((await get('/apis', { accept: aggregated })).headers.get('etag')).toBe(etag);
  });

  it('keeps to itself in which version a resource is stored', async () => {
    manager.addGroupVersion('example.com', widgets);
    const list = await json('/apis', { accept: aggregated });
    expect(list.items.at(-1).versions[0].resources[0]).not.toHaveProperty('storageVersion');
    manager.removeGroupVersion({ group: 'example.com', version: 'v1alpha1' });
  });
});

describe('DiscoveryManager', () => {
  it('puts later groups behind the first ones by name, and their versions in order of maturity', () => {
    const some = new DiscoveryManager([{ group: 'zoo.example.com', versions: [{ version: 'v1', resources: [] }] }]);
    for (const version of ['v1alpha1', 'foo', 'v2', 'v10', 'v3beta1', 'bar', 'v3beta2']) some.addGroupVersion('b.example.com', { version, resources: [] });
    some.addGroupVersion('a.example.com', { version: 'v1', resources: [] });
    expect(some.groups().map(({ group, versions }) => [group, versions.map(({ version }) => version)])).toEqual([
      ['zoo.example.com', ['v1']],
      ['a.example.com', ['v1']],
      ['b.example.com', ['v10', 'v2', 'v3beta2', 'v3beta1', 'v1alpha1', 'bar', 'foo']],
    ]);
  });

  it('drops a group with its last version', () => {
    const some = new DiscoveryManager([]);
    some.addGroupVersion('a.example.com', { version: 'v1', resources: [] });
    some.removeGroupVersion({ group: 'a.example.com', version: 'v1' });
    expect(some.group('a.example.com')).toBeUndefined();
    expect(some.revision).toBe(2);
  });
});
