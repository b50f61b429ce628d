import { expect, test } from 'vitest';
import { newRequestInfoResolver } from './request-info.ts';
import type { RequestInfo } from './request-info.ts';
import { StatusError } from './status.ts';

const resolver = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] });

const cases: [request: string, wanted: Partial<RequestInfo>][] = [
  ['GET /', { isResourceRequest: false, verb: 'get', path: '/', resource: '' }],
  ['GET /healthz', { isResourceRequest: false, verb: 'get', path: '/healthz' }],
  ['POST /apis/apps', { isResourceRequest: false, verb: 'post', path: '/apis/apps' }],
  ['GET /apis/apps/v1', { isResourceRequest: false, apiPrefix: 'apis', apiGroup: '', path: '/apis/apps/v1' }],
  ['GET /api/v1', { isResourceRequest: false, path: '/api/v1' }],
  ['GET /other/v1/pods', { isResourceRequest: false, apiPrefix: '' }],
  ['GET /api/v1/namespaces', { verb: 'list', namespace: '', resource: 'namespaces', name: '', parts: ['namespaces'] }],
  ['GET /api/v1/namespaces/other', { verb: 'get', namespace: 'other', resource: 'namespaces', name: 'other' }],
  ['PUT /api/v1/namespaces/other/finalize', { verb: 'update', namespace: 'other', resource: 'namespaces', name: 'other', subresource: 'finalize' }],
  ['GET /api/v1/namespaces/other/status', { resource: 'namespaces', subresource: 'status', name: 'other' }],
  ['GET /api/v1/namespaces/other/pods', { isResourceRequest: true, verb: 'list', apiGroup: '', apiVersion: 'v1', namespace: 'other', resource: 'pods', parts: ['pods'] }],
  ['HEAD /api/v1/namespaces/other/pods/foo', { verb: 'get', resource: 'pods', name: 'foo', parts: ['pods', 'foo'] }],
  ['POST /api/v1/namespaces/other/pods/foo/exec/more', { verb: 'create', resource: 'pods', name: 'foo', subresource: 'exec', parts: ['pods', 'foo', 'exec', 'more'] }],
  ['PATCH /apis/apps/v1/namespaces/n/deployments/d/scale', { verb: 'patch', apiPrefix: 'apis', apiGroup: 'apps', apiVersion: 'v1', subresource: 'scale' }],
  ['OPTIONS /api/v1/pods', { isResourceRequest: true, verb: '' }],
  ['DELETE /api/v1/namespaces/other/pods', { verb: 'deletecollection', name: '' }],
  ['DELETE /api/v1/namespaces/other/pods/foo', { verb: 'delete', name: 'foo' }],
  ['GET /api/v1/watch/pods', { verb: 'watch', resource: 'pods', namespace: '' }],
  ['GET /api/v1/watch/namespaces/other/pods/foo', { verb: 'watch', resource: 'pods', namespace: 'other', name: 'foo' }],
  ['GET /api/v1/watch/pods?labelSelector=a%3Db', { verb: 'watch', labelSelector: '' }],
  ['GET /api/v1/proxy/namespaces/other/pods/foo/bar', { verb: 'proxy', namespace: 'other', resource: 'pods', name: 'foo', subresource: '' }],
  ['GET /api/v1/pods?watch=true', { verb: 'watch' }],
  ['GET /api/v1/pods?watch=1', { verb: 'watch' }],
  ['GET /api/v1/pods?watch', { verb: 'watch' }],
  ['GET /api/v1/pods??watch=true', { verb: 'list' }],
  ['GET /api/v1/pods?watch=true;', { verb: 'list' }],
  ['GET /api/v1/pods?watch=False', { verb: 'list' }],
  ['GET /api/v1/pods?watch=0', { verb: 'list' }],
  ['GET /api/v1/namespaces/n/pods/foo?watch=true', { verb: 'get', name: 'foo' }],
  ['GET /api/v1/pods?fieldSelector=metadata.name%3Dfoo&watch=true', { verb: 'watch', name: 'foo', fieldSelector: 'metadata.name=foo' }],
  ['GET /api/v1/pods?fieldSelector=metadata.name%3Dfoo%2Cspec.nodeName%3Da', { verb: 'list', name: 'foo' }],
  ['GET /api/v1/pods?fieldSelector=metadata.name!%3Dfoo', { verb: 'list', name: '' }],
  ['GET /api/v1/pods?fieldSelector=metadata.name%3Da%2Fb', { verb: 'list', name: '', fieldSelector: 'metadata.name=a/b' }],
  ['GET /api/v1/pods?fieldSelector=metadata.name%3Dfoo&limit=x&watch=1', { verb: 'watch', name: '', fieldSelector: 'metadata.name=foo' }],
  ['DELETE /api/v1/pods?fieldSelector=metadata.name%3Dfoo&labelSelector=a', { verb: 'deletecollection', name: '', fieldSelector: 'metadata.name=foo', labelSelector: 'a' }],
  ['GET /api/v1/namespaces/n/pods/a%2Fb', { path: '/api/v1/namespaces/n/pods/a/b', name: 'a', subresource: 'b' }],
  ['GET //api/v1//pods/', { resource: '', name: 'pods', path: '//api/v1//pods/' }],
  ['GET /api/v1/namespaces/n/pods/../x', { name: '..', subresource: 'x' }],
  ['GET /api/v1/namespaces/n/pods/%c0%af%EF%BB%BF', { name: '\ufffd\ufffd\ufeff', subresource: '' }],
  ['GET http://host:1/api/v1/pods', { path: '/api/v1/pods', resource: 'pods', verb: 'list' }],
];

test.each(cases)('%s', (request, wanted) => {
  const [method, url] = request.split(' ') as [string, string];
  expect(resolver.resolve(method, url)).toMatchObject(wanted);
});

test('refuses a special verb that nothing follows', () => {
  expect(() => resolver.resolve('GET', '/api/v1/watch')).toThrow('unable to determine kind and namespace from url, /api/v1/watch');
});

test('refuses escapes that are none', () => {
  expect(() => resolver.resolve('GET', '/api/v1/pods/%zz')).toThrow(StatusError);
});
