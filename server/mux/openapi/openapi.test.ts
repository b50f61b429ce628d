import protobuf from 'protobufjs/minimal.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import groups from '../../apimachinery/facts/discovery.json' with { type: 'json' };
import { newScheme } from '../../apimachinery/scheme.ts';
import { DiscoveryManager } from '../discovery/discovery-manager.ts';
import { PathRecorderMux } from '../path-recorder-mux.ts';
import { type Server, serve } from '../serve.test-util.ts';
import { newOpenIDServices } from '../openid-metadata.ts';
import { OpenAPIDocuments } from './documents.ts';
import { installOpenAPI } from './handlers.ts';
import { operationsOf } from './operations.ts';
import { buildOpenAPIV3 } from './spec3.ts';

const scheme = newScheme();
const manager = new DiscoveryManager(groups);
const openID = newOpenIDServices({ issuer: 'https://here', keys: { publicKeys: async () => [] } }, 'here:6443');
let server: Server;

beforeAll(async () => {
  const mux = new PathRecorderMux();
  installOpenAPI(mux, new OpenAPIDocuments(scheme, manager, openID), () => Date.UTC(2026, 0, 1));
  server = await serve(mux.handler);
});
afterAll(() => server.close());

const get = (path: string, init?: RequestInit) => fetch(server.url + path, init);
const json = async (path: string) => (await get(path)).json();
const urlOf = async (name: string): Promise<string> => (await json('/openapi/v3')).paths[name].serverRelativeURL;

describe('the index of /openapi/v3', () => {
  it('names a document for every group version and for the paths above them', async () => {
    const names = Object.keys((await json('/openapi/v3')).paths);
    expect(names).toEqual(expect.arrayContaining(['api', 'api/v1', 'apis', 'apis/apps', 'apis/apps/v1', 'apis/autoscaling/v1', 'apis/autoscaling/v2', 'version', '.well-known/openid-configuration', 'openid/v1/jwks']));
  });

  it('comes as text, since upstream names no content type', async () => {
    expect((await get('/openapi/v3')).headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });
});

describe('a document of /openapi/v3', () => {
  it('describes where the keys of tokens are', async () => {
    expect(await json('/openapi/v3/.well-known/openid-configuration')).toMatchObject({
      paths: { '/.well-known/openid-configuration/': { get: { tags: ['WellKnown'], operationId: 'getServiceAccountIssuerOpenIDConfiguration', responses: { 200: { content: { 'application/json': { schema: { type: 'string' } } } } } } } },
    });
    expect(await json('/openapi/v3/openid/v1/jwks')).toMatchObject({ paths: { '/openid/v1/jwks/': { get: { tags: ['openid'], responses: { 200: { content: { 'application/jwk-set+json': {} } } } } } } });
  });

  it('may be kept for a year where it was asked for by its hash', async () => {
    const res = await get(await urlOf('apis/apps/v1'));
    expect(res.status).toBe(200);
    expect(res.headers.get('cache-control')).toBe('public, immutable');
    expect(res.headers.get('expires')).toBe('Fri, 01 Jan 2027 00:00:00 GMT');
    expect(await res.json()).toMatchObject({ openapi: '3.0.0', info: { title: 'Kubernetes' } });
  });

  it('sends a client with an old hash to the new one', async () => {
    const res = await get('/openapi/v3/apis/apps/v1?hash=OLD', { redirect: 'manual' });
    expect([res.status, res.headers.get('location'), res.headers.get('content-type')]).toEqual([301, await urlOf('apis/apps/v1'), 'application/json']);
  });

  it('says when it was made', async () => {
    expect((await get('/openapi/v3/version')).headers.get('last-modified')).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
  });

  it('is not sent again to a client that has it', async () => {
    const etag = (await get('/openapi/v3/version')).headers.get('etag') ?? '';
    expect((await get('/openapi/v3/version', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it.each([
    ['application/json', 200],
    ['*/*', 200],
    ['application/com.github.proto-openapi.spec.v3.v1.0+protobuf, application/json;q=0.5', 200],
    ['text/html', 406],
  ])('for a client that accepts %s answers %i', async (accept, status) => {
    expect((await get('/openapi/v3/version', { headers: { accept } })).status).toBe(status);
  });

  it('is not there for an unknown group version', async () => {
    const res = await get('/openapi/v3/apis/nosuch/v1');
    expect([res.status, res.headers.get('content-type'), await res.text()]).toEqual([404, null, '']);
  });

  it('has all schemas that its own ones refer to', () => {
    for (const group of groups) {
      for (const version of group.versions) {
        const text = JSON.stringify(buildOpenAPIV3(scheme, operationsOf(group, version)));
        const known = Object.keys(JSON.parse(text).components.schemas);
        const used = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]));
        expect(known).toEqual([...used].sort());
      }
    }
  });

  it('wraps a reference in allOf beside a default, and in every property', async () => {
    const { schemas } = (await json('/openapi/v3/apis/apps/v1')).components;
    const spec = schemas['io.k8s.api.apps.v1.DeploymentSpec'].properties;
    expect(spec.selector).toEqual({ allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector' }] });
    expect(spec.strategy).toMatchObject({ allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentStrategy' }], default: {} });
  });

  it('appears with its group version, and goes with it', async () => {
    expect((await get('/openapi/v3/apis/example.com/v1')).status).toBe(404);
    manager.addGroupVersion('example.com', { version: 'v1', resources: [] });
    expect(Object.keys((await json('/openapi/v3/apis/example.com/v1')).paths)).toEqual(['/apis/example.com/v1/']);
    manager.removeGroupVersion({ group: 'example.com', version: 'v1' });
    expect((await get('/openapi/v3/apis/example.com/v1')).status).toBe(404);
  });
});

describe('operations', () => {
  it.each([
    ['api/v1', '/api/v1/namespaces/{namespace}/pods', 'get', 'listCoreV1NamespacedPod', 'list', 'Pod'],
    ['api/v1', '/api/v1/pods', 'get', 'listCoreV1PodForAllNamespaces', 'list', 'Pod'],
    ['api/v1', '/api/v1/namespaces/{name}/finalize', 'put', 'replaceCoreV1NamespaceFinalize', 'put', 'Namespace'],
    ['api/v1', '/api/v1/namespaces/{namespace}/pods/{name}/eviction', 'post', 'createCoreV1NamespacedPodEviction', 'post', 'Eviction'],
    ['api/v1', '/api/v1/nodes/{name}/proxy/{path}', 'head', 'connectCoreV1HeadNodeProxyWithPath', 'connect', 'NodeProxyOptions'],
    ['apis/apps/v1', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale', 'patch', 'patchAppsV1NamespacedDeploymentScale', 'patch', 'Scale'],
    ['apis/rbac.authorization.k8s.io/v1', '/apis/rbac.authorization.k8s.io/v1/roles', 'get', 'listRbacAuthorizationV1RoleForAllNamespaces', 'list', 'Role'],
    ['apis/batch/v1', '/apis/batch/v1/namespaces/{namespace}/jobs', 'delete', 'deleteBatchV1CollectionNamespacedJob', 'deletecollection', 'Job'],
    ['apis/batch/v1', '/apis/batch/v1/watch/jobs', 'get', 'watchBatchV1JobListForAllNamespaces', 'watchlist', 'Job'],
  ])('of %s: %s %s is %s', async (name, path, method, operationId, action, kind) => {
    const { paths } = await json(`/openapi/v3/${name}`);
    expect(paths[path][method]).toMatchObject({ operationId, 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': { kind } });
  });

  it('say that a patch can be a dry run and validate fields, which kubectl looks for', async () => {
    const { paths } = await json('/openapi/v3/apis/apps/v1');
    const item = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'];
    const namesOf = (of: { parameters?: { name: string }[] }) => of.parameters?.map(({ name }) => name);
    expect(namesOf(item.patch)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
    expect([namesOf(item), namesOf(item.get)]).toEqual([['name', 'namespace', 'pretty'], undefined]);
  });

  it.each([
    ['pods', 'io.k8s.api.core.v1.Pod'],
    ['configmaps', 'io.k8s.apimachinery.pkg.apis.meta.v1.Status'],
  ])('say what deleting one of %s answers', async (resource, schema) => {
    const { paths } = await json('/openapi/v3/api/v1');
    const { content } = paths[`/api/v1/namespaces/{namespace}/${resource}/{name}`].delete.responses[200];
    expect(content['application/json'].schema).toEqual({ $ref: `#/components/schemas/${schema}` });
  });
});

describe('/openapi/v2', () => {
  it.each(['com.github.proto-openapi.spec.v2@v1.0+protobuf', 'com.github.proto-openapi.spec.v2.v1.0+protobuf'])('comes as protobuf for %s', async (subType) => {
    const res = await get('/openapi/v2', { headers: { accept: `application/${subType}` } });
    expect([res.status, res.headers.get('content-type')]).toEqual([200, 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf']);
    const reader = protobuf.Reader.create(new Uint8Array(await res.arrayBuffer()));
    const fields: number[] = [];
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      fields.push(tag >>> 3);
      reader.skipType(tag & 7);
    }
    // swagger, info, paths, definitions, security and what it is defined as
    expect(fields.sort((a, b) => a - b)).toEqual([1, 2, 8, 9, 12, 13]);
  });

  it('holds all groups in one document, in the terms of OpenAPI 2', async () => {
    const { swagger, definitions, paths } = await json('/openapi/v2');
    expect(swagger).toBe('2.0');
    expect(definitions['io.k8s.api.core.v1.ConfigMap']['x-kubernetes-group-version-kind']).toEqual([{ group: '', version: 'v1', kind: 'ConfigMap' }]);
    expect(definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({ type: 'string', format: 'int-or-string' });
    expect(definitions['io.k8s.api.apps.v1.DeploymentSpec'].properties.template).toEqual({ $ref: '#/definitions/io.k8s.api.core.v1.PodTemplateSpec' });
    expect(paths['/apis/apps/v1/namespaces/{namespace}/deployments'].post.parameters[0]).toEqual({
      name: 'body',
      in: 'body',
      required: true,
      schema: { $ref: '#/definitions/io.k8s.api.apps.v1.Deployment' },
    });
  });
});
