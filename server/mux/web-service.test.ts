import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, serve } from './serve.test-util.ts';
import { type Route, WebService } from './web-service.ts';
import { writeRawJSON } from '../http/responsewriters.ts';

const pods = new WebService('/api/v1');
let server: Server;

function install(method: string, path: string, more: Partial<Route> = {}) {
  pods.route({ method, path, operation: `${method} ${path}`, to: (_req, res, params) => writeRawJSON(200, { path, params }, res), ...more });
}

beforeAll(async () => {
  install('GET', '/');
  install('GET', '/namespaces/{name}');
  install('PUT', '/namespaces/{name}/finalize');
  install('GET', '/namespaces/{namespace}/pods');
  install('POST', '/namespaces/{namespace}/pods', { produces: ['application/json', 'application/yaml'] });
  install('GET', '/namespaces/{namespace}/pods/{name}');
  install('PATCH', '/namespaces/{namespace}/pods/{name}', { consumes: ['application/merge-patch+json'] });
  install('GET', '/namespaces/{namespace}/pods/{name}/proxy');
  install('GET', '/namespaces/{namespace}/pods/{name}/proxy/{path:*}');
  install('GET', '/namespaces/default/special');
  install('POST', '/namespaces/{namespace}/special');
  server = await serve(pods.handle);
});
afterAll(() => server.close());

const send = async (path: string, init?: RequestInit) => {
  const res = await fetch(`${server.url}/api/v1${path}`, init);
  return { status: res.status, ...JSON.parse(await res.text()) };
};

describe('WebService', () => {
  it.each([
    ['', '/', {}],
    ['/', '/', {}],
    ['/namespaces/default', '/namespaces/{name}', { name: 'default' }],
    ['/namespaces/default/pods', '/namespaces/{namespace}/pods', { namespace: 'default' }],
    ['/namespaces/default/pods/', '/namespaces/{namespace}/pods', { namespace: 'default' }],
    ['/namespaces/a%20b/pods/c%3Ad?x=1', '/namespaces/{namespace}/pods/{name}', { namespace: 'a b', name: 'c:d' }],
    ['/namespaces//pods', '/namespaces/{namespace}/pods', { namespace: '' }],
    ['/namespaces/a/pods/b/proxy', '/namespaces/{namespace}/pods/{name}/proxy', { namespace: 'a', name: 'b' }],
    ['/namespaces/a/pods/b/proxy/x/y', '/namespaces/{namespace}/pods/{name}/proxy/{path:*}', { namespace: 'a', name: 'b', path: 'x/y' }],
    ['/namespaces/default/special', '/namespaces/default/special', {}],
  ])('finds the route of %s', async (path, template, params) => {
    expect(await send(path)).toEqual({ status: 200, path: template, params });
  });

  it('takes a parameter where the literal segment has no such method', async () => {
    expect(await send('/namespaces/default/special', { method: 'POST' })).toMatchObject({ path: '/namespaces/{namespace}/special' });
  });

  it.each(['/nosuch', '/namespaces/a/pods/b/nosuch', '/namespaces/a/pods/b/log/x'])('answers 404 for %s', async (path) => {
    expect(await send(path)).toMatchObject({ status: 'Failure', code: 404, reason: 'NotFound', details: {} });
  });

  it.each([
    ['PUT', '/namespaces/a/pods'],
    ['GET', '/namespaces/a/finalize'],
    ['OPTIONS', '/namespaces/a/pods/b'],
  ])('answers 405 where the path is known but %s is not: %s', async (method, path) => {
    expect(await send(path, { method })).toMatchObject({ code: 405, reason: 'MethodNotAllowed', message: 'the server does not allow this method on the requested resource', details: {} });
  });

  it.each(['application/json', 'text/plain', ''])('answers 415 to a body of type %j that the route cannot read', async (type) => {
    const answer = await send('/namespaces/a/pods/b', { method: 'PATCH', headers: { 'content-type': type }, body: '{}' });
    expect(answer).toMatchObject({ code: 415, reason: 'UnsupportedMediaType', message: '415: Unsupported Media Type' });
  });

  it.each(['image/png', 'application/*'])('answers 406 to a client that accepts only %s', async (accept) => {
    const answer = await send('/namespaces/a/pods', { method: 'POST', headers: { accept } });
    expect(answer).toMatchObject({ code: 406, message: '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml' });
  });

  it.each(['*/*', 'text/html, application/yaml;q=0.5'])('serves a client that accepts %s', async (accept) => {
    expect(await send('/namespaces/a/pods', { method: 'POST', headers: { accept } })).toMatchObject({ status: 200 });
  });

  it('refuses the same method and path twice, and anything behind a tail', () => {
    expect(() => install('GET', '/namespaces/{other}')).toThrow('already installed');
    expect(() => install('GET', '/x/{path:*}/y')).toThrow('nothing can follow a tail');
  });
});
