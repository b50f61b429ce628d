import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installIndex } from './index-handler.ts';
import { PathRecorderMux } from './path-recorder-mux.ts';
import { type Server, serve } from './serve.test-util.ts';
import { newVersionService } from './version.ts';
import { WebService } from './web-service.ts';
import { writeText } from './write-text.ts';

const mux = new PathRecorderMux();
let server: Server;

const answering = (text: string) => (_req: unknown, res: Parameters<typeof writeText>[0]) => writeText(res, 200, text, { nosniff: false });

beforeAll(async () => {
  installIndex(mux);
  mux.handle('/exact', answering('exact'));
  mux.handlePrefix('/exact/', answering('short'));
  mux.handlePrefix('/exact/long/er/', answering('long'));
  mux.unlistedHandle('/hidden', answering('hidden'));
  mux.mount(new WebService('/apis/apps'));
  mux.mount(newVersionService());
  server = await serve(mux.handler);
});
afterAll(() => server.close());

const get = async (path: string, init?: RequestInit) => {
  const res = await fetch(server.url + path, init);
  return { status: res.status, type: res.headers.get('content-type'), text: await res.text() };
};

describe('PathRecorderMux', () => {
  it.each([
    ['/exact', 'exact'],
    ['/exact?watch=true', 'exact'],
    ['/%65xact', 'exact'],
    ['/exact/', 'short'],
    ['/exact/long', 'short'],
    ['/exact/long/er/x/y', 'long'],
    ['/exact%2Flong', 'short'],
    ['/hidden', 'hidden'],
  ])('sends %s to the handler of the exact path or the longest prefix', async (path, text) => {
    expect(await get(path)).toMatchObject({ status: 200, text });
  });

  it.each(['/nosuchpath', '/exactly', '//exact', '/apis/nosuch.example.com', '/apis/nosuch.example.com/v1/things'])('answers %s as Go does where nothing claims it', async (path) => {
    expect(await get(path)).toEqual({ status: 404, type: 'text/plain; charset=utf-8', text: '404 page not found\n' });
  });

  it.each(['/apis/apps/v7/deployments', '/apis/apps'])('leaves %s to the web service at whose root it begins, which answers with a Status', async (path) => {
    const { status, text } = await get(path);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ kind: 'Status', reason: 'NotFound', message: 'the server could not find the requested resource', details: {} });
  });

  it('lists what is registered under /, but what is unlisted', async () => {
    expect(JSON.parse((await get('/')).text)).toEqual({ paths: ['/apis/apps', '/exact', '/exact/', '/exact/long/er/', '/version'] });
  });

  it('forgets what is unregistered', async () => {
    const passing = new PathRecorderMux();
    const service = new WebService('/apis/example.com');
    passing.mount(service);
    passing.unmount(service);
    expect(passing.listedPaths()).toEqual([]);
  });

  it('refuses a prefix without a trailing slash', () => {
    expect(() => mux.handlePrefix('/x', answering(''))).toThrow('must end in a trailing slash');
  });
});

describe('/version', () => {
  it('is Kubernetes 1.36.2, for any query', async () => {
    const { status, type, text } = await get('/version/?timeout=32s');
    expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
    expect(JSON.parse(text)).toMatchObject({ major: '1', minor: '36', gitVersion: 'v1.36.2' });
  });

  it.each([
    [{ headers: { accept: 'application/yaml' } }, 406, '406: Not Acceptable\n\nAvailable representations: application/json'],
    [{ method: 'PUT' }, 405, 'the server does not allow this method on the requested resource'],
  ])('answers %j with %i', async (init, status, message) => {
    const answer = await get('/version', init);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ message });
  });
});
