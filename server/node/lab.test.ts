import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fetchLabInfo, newLocalHost } from '../../site/runtime/local-host.ts';
import { LEFT } from '../../site/runtime/stage-host.ts';
import type { LabMessage } from '../observe/lab/messages.ts';
import type { RestartableStage } from '../observe/lab/restartable.ts';
import { listenLab } from './lab.ts';

let siteDir: string;
let lab: Awaited<ReturnType<typeof listenLab>>;
let stage: ReturnType<typeof newTestStage>;

beforeAll(async () => {
  siteDir = await mkdtemp(join(tmpdir(), 'site-'));
  await mkdir(join(siteDir, 'chapters'));
  await writeFile(join(siteDir, 'index.html'), '<title>home</title>');
  await writeFile(join(siteDir, 'chapters', 'index.html'), '<title>chapters</title>');
  await writeFile(join(siteDir, 'about.html'), '<title>about</title>');
  await writeFile(join(siteDir, 'worker.js'), 'self');
  await writeFile(join(siteDir, '404.html'), '<title>lost</title>');
});
afterAll(() => rm(siteDir, { recursive: true, force: true }));

beforeEach(async () => {
  stage = newTestStage();
  lab = await listenLab({ port: 0, stages: [stage], siteDir, users: [{ name: 'admin', token: 's3cret' }, { name: 'anonymous' }] });
});
afterEach(() => lab.close());

/** A stage that says what it was asked, and streams. */
function newTestStage() {
  const app = express();
  const listeners = new Set<(message: LabMessage) => void>();
  const closed: string[] = [];
  app.get('/stream', (req, res) => {
    res.on('close', () => closed.push(req.url));
    res.write('first');
  });
  app.use(express.text({ type: () => true }), (req, res) => {
    res.json({ method: req.method, url: req.originalUrl, user: req.get('authorization'), trace: req.get('traceparent'), body: req.body });
  });
  let restarts = 0;
  const acts: string[] = [];
  const running: RestartableStage = {
    name: 'test',
    adds: 'what the test asks for',
    server: { handler: app, ready: Promise.resolve(), close: () => Promise.resolve() },
    subscribe(listener) {
      listeners.add(listener);
      listener({ type: 'store', stage: 'test', revision: 7, reset: true, events: [] });
      return () => void listeners.delete(listener);
    },
    restart: async () => void restarts++,
    act: async (act) => void acts.push(act),
    close: () => Promise.resolve(),
  };
  return { ...running, listeners, closed, acts, restarts: () => restarts };
}

const ownPage = { 'sec-fetch-site': 'same-origin' };

/** fetch() does not let Host and Origin be chosen. */
function ask(path: string, { host, ...headers }: Record<string, string | undefined>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(lab.url);
    const req = httpRequest({ hostname, port, path, headers: { ...headers, ...(host !== undefined && { host }) }, setHost: false }, (res) => resolve(res.resume().statusCode ?? 0));
    req.on('error', reject).end();
  });
}

test('variants are closed, the oldest first, when there are too many', async () => {
  const closed: string[] = [];
  const vary = (id: string) => ({ ...newTestStage(), name: id, close: async () => void closed.push(id) });
  const varied = await listenLab({ port: 0, stages: [], vary, users: [] });
  const names = Array.from({ length: 18 }, (_, i) => `test ${i}`);
  for (const name of [...names, 'test 17']) expect((await fetch(`${varied.url}/stages/${encodeURIComponent(name)}/x`)).status).toBe(200);
  expect(closed).toEqual(['test 0', 'test 1']);
  await varied.close();
  expect(closed.sort()).toEqual(names.sort());
});

test('a request of any origin is answered where that is asked for', async () => {
  const open = await listenLab({ port: 0, stages: [stage], users: [], anyOrigin: true });
  const answers = await Promise.all([lab, open].map(({ url }) => fetch(`${url}/stages/test/x`, { headers: { origin: 'https://other.example' } })));
  expect(answers.map(({ status }) => status)).toEqual([403, 200]);
  await open.close();
});

describe('who may ask', () => {
  const port = () => new URL(lab.url).port;

  test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('the host %s is its own', async (name) => {
    expect(await ask('/lab/info', { host: `${name}:${port()}`, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });

  test.each([
    { what: 'a name that was rebound to loopback', host: () => `attacker.example:${port()}` },
    { what: 'another port', host: () => '127.0.0.1:1' },
    { what: 'no port', host: () => '127.0.0.1' },
    { what: 'an address of the network', host: () => `192.168.0.1:${port()}` },
    { what: 'an empty host', host: () => '' },
    { what: 'a request without a host', host: () => undefined },
  ])('refuses $what', async ({ host }) => {
    for (const path of ['/lab/info', '/lab/events?stage=test', '/stages/test/api', '/']) {
      expect([path, await ask(path, { host: host() })]).toEqual([path, 403]);
    }
  });

  test.each<{ what: string; headers: Record<string, string> }>([
    { what: 'a foreign origin', headers: { origin: 'https://attacker.example' } },
    { what: 'an origin on another port', headers: { origin: 'http://127.0.0.1:1' } },
    { what: 'an opaque origin', headers: { origin: 'null' } },
    { what: 'an image on a foreign page', headers: { 'sec-fetch-site': 'cross-site' } },
  ])('refuses $what, but not to read the site', async ({ headers }) => {
    const host = `127.0.0.1:${port()}`;
    for (const path of ['/lab/info', '/lab/events?stage=test', '/stages/test/api', '/stages/test']) {
      expect([path, await ask(path, { host, ...headers })]).toEqual([path, 403]);
    }
    expect(await ask('/', { host, ...headers })).toBe(200);
  });

  test.each(['/lab/info', '/lab/events?stage=test', '/lab/restart?stage=test', '/lab/act?stage=test&act=compact'])('refuses %s to whom no browser calls its own page, but not the stages', async (path) => {
    for (const headers of [{}, { 'sec-fetch-site': 'none' }]) expect(await ask(path, { host: `127.0.0.1:${port()}`, ...headers })).toBe(403);
    expect(await ask('/stages/test/api', { host: `127.0.0.1:${port()}` })).toBe(200);
    expect([stage.restarts(), stage.acts]).toEqual([0, []]);
  });

  test('answers its own pages', async () => {
    const host = `localhost:${port()}`;
    expect(await ask('/stages/test/api', { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toBe(200);
  });
});

describe('a stage behind the lab', () => {
  test.each([
    { path: '/stages/test', url: '/' },
    { path: '/stages/test/', url: '/' },
    { path: '/stages/test/api/v1?limit=1&continue=a%3Fb', url: '/api/v1?limit=1&continue=a%3Fb' },
    { path: '/stages/test/a?b=/lab/info?c', url: '/a?b=/lab/info?c' },
  ])('sees $path as $url', async ({ path, url }) => {
    expect(await (await fetch(lab.url + path)).json()).toMatchObject({ method: 'GET', url });
  });

  test('is not found under another name', async () => {
    expect((await fetch(`${lab.url}/stages/other/api`)).status).toBe(404);
    expect((await fetch(`${lab.url}/lab/events?stage=other`, { headers: ownPage })).status).toBe(404);
  });

  test('that did not start says why', async () => {
    const failed = Promise.reject(new Error('no etcd'));
    failed.catch(() => undefined);
    const broken = await listenLab({ port: 0, stages: [{ ...stage, server: { ...stage.server, ready: failed } }], users: [] });
    const response = await fetch(`${broken.url}/stages/test/api`);
    expect([response.status, await response.text()]).toEqual([503, 'stage test did not start: no etcd\n']);
    await broken.close();
  });
});

describe('the site', () => {
  test.each([
    { path: '/', status: 200, type: 'text/html; charset=utf-8', body: '<title>home</title>' },
    { path: '/chapters/', status: 200, type: 'text/html; charset=utf-8', body: '<title>chapters</title>' },
    { path: '/chapters', status: 200, type: 'text/html; charset=utf-8', body: '<title>chapters</title>' },
    { path: '/about', status: 200, type: 'text/html; charset=utf-8', body: '<title>about</title>' },
    { path: '/worker.js', status: 200, type: 'text/javascript; charset=utf-8', body: 'self' },
    { path: '/missing', status: 404, type: 'text/html; charset=utf-8', body: '<title>lost</title>' },
    { path: '/..%2f..%2fetc/passwd', status: 404, type: 'text/html; charset=utf-8', body: '<title>lost</title>' },
    { path: '/laboratory', status: 404, type: 'text/html; charset=utf-8', body: '<title>lost</title>' },
  ])('answers $path with $status', async ({ path, status, type, body }) => {
    const response = await fetch(lab.url + path);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([status, type, body]);
    expect(response.headers.get('server-timing')).toBe('lab');
  });
});

describe('the local host', () => {
  async function host() {
    const info = await fetchLabInfo(lab.url);
    if (!info) throw new Error('no lab');
    return newLocalHost(lab.url, info);
  }

  test('knows the stages and the users', async () => {
    expect(await fetchLabInfo(lab.url)).toEqual({
      server: 'journey-of-an-api-request',
      stages: [{ name: 'test', adds: 'what the test asks for', restartable: true }],
      users: [{ name: 'admin', token: 's3cret' }, { name: 'anonymous' }],
    });
    expect(await fetchLabInfo(`${lab.url}/elsewhere`)).toBeUndefined();
  });

  test('sends a request with its user and its trace', async () => {
    const { status, body, traceId } = await (await host()).send('test', { method: 'PUT', path: '/a?b', headers: {}, body: 'text', user: 'admin' });
    expect(status).toBe(200);
    const expected = { method: 'PUT', url: '/a?b', user: 'Bearer s3cret', body: 'text', trace: expect.stringContaining(traceId) };
    expect(await new Response(body).json()).toEqual(expected);
  });

  test('hangs up on a stream when its reader leaves', async () => {
    const { body } = await (await host()).send('test', { method: 'GET', path: '/stream', headers: {} });
    const reader = body.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first');
    await reader.cancel();
    await expect.poll(() => stage.closed).toEqual(['/stream']);
  });

  test('tells what the stage tells, until it is left', async () => {
    const messages: LabMessage[] = [];
    const leave = (await host()).subscribe('test', (message) => messages.push(message));
    await expect.poll(() => messages).toEqual([{ type: 'store', stage: 'test', revision: 7, reset: true, events: [] }]);
    const span = { traceId: 'a', spanId: 'b', name: 'Create', start: 1.5, attributes: { n: 1, ok: true, text: 'two\nlines' }, events: [] };
    for (const listener of stage.listeners) listener({ type: 'span', stage: 'test', span });
    await expect.poll(() => messages[1]).toEqual({ type: 'span', stage: 'test', span });
    leave();
    await expect.poll(() => stage.listeners.size).toBe(0);
  });
});

describe('starting a stage afresh', () => {
  const hostOf = async (base: string, retries: number[] = []) => newLocalHost(base, (await fetchLabInfo(base))!, retries);

  test('is asked of the stage', async () => {
    const host = await hostOf(lab.url);
    expect(host.lasting('test')).toBeUndefined();
    await host.restart('test');
    expect(stage.restarts()).toBe(1);
  });

  test('is no GET', async () => {
    expect((await fetch(`${lab.url}/lab/restart?stage=test`, { headers: ownPage })).status).toBe(405);
    expect(stage.restarts()).toBe(0);
  });

  test('is not offered where etcd is not its own, nor for a stage that is not there', async () => {
    const { restart: _, ...lasting } = stage;
    const own = await listenLab({ port: 0, stages: [lasting], users: [] });
    const host = await hostOf(own.url);
    expect([host.lasting('test'), host.lasting('other')]).toEqual([expect.stringContaining('an etcd of its own'), 'the stage other does not run on this machine']);
    await expect(host.restart('test')).rejects.toThrow(/refuses: 404/);
    await own.close();
  });

  test('says why it did not start', async () => {
    const own = await listenLab({ port: 0, stages: [{ ...stage, restart: () => Promise.reject(new Error('no room')) }], users: [] });
    await expect((await hostOf(own.url)).restart('test')).rejects.toThrow('refuses: stage test did not start: no room');
    await own.close();
  });
});

describe('what can be done to a stage', () => {
  const act = async (query: string, method = 'POST') => {
    const response = await fetch(`${lab.url}/lab/act?${query}`, { method, headers: ownPage });
    return [response.status, await response.text()];
  };

  test('is asked of it', async () => {
    const host = newLocalHost(lab.url, (await fetchLabInfo(lab.url))!);
    await host.act('test', 'stop etcd');
    expect(stage.acts).toEqual(['stop etcd']);
  });

  test.each([
    { what: 'by GET', query: 'stage=test&act=compact', method: 'GET', answer: [405, '405 method not allowed\n'] },
    { what: 'which is none of it', query: 'stage=test&act=dance', answer: [400, 'there is no act "dance"\n'] },
    { what: 'that is not named', query: 'stage=test', answer: [400, 'there is no act ""\n'] },
    { what: 'to a stage that is not there', query: 'stage=other&act=compact', answer: [404, '404 page not found\n'] },
  ])('$what is refused', async ({ query, method, answer }) => {
    expect(await act(query, method)).toEqual(answer);
    expect(stage.acts).toEqual([]);
  });

  test('says why it was not', async () => {
    const own = await listenLab({ port: 0, stages: [{ ...stage, act: () => Promise.reject(new Error('etcd is stopped')) }], users: [] });
    await expect(newLocalHost(own.url, (await fetchLabInfo(own.url))!).act('test', 'compact')).rejects.toThrow('refuses: etcd is stopped');
    await own.close();
  });
});

describe('a stage that is listened to', () => {
  const listen = (base: string, name: string, retries: number[]) => {
    const messages: LabMessage[] = [];
    const lost: string[] = [];
    const host = newLocalHost(base, { server: 'journey-of-an-api-request', stages: [], users: [] }, retries);
    const leave = host.subscribe(name, (message) => messages.push(message), ({ message }) => lost.push(message));
    return { host, messages, lost, leave };
  };

  test('and does not run there is given up at once', async () => {
    const { lost, messages } = listen(lab.url, 'other', [60_000]);
    await expect.poll(() => lost).toEqual([expect.stringMatching(/^the stage other does not run on this machine: /)]);
    expect(messages).toEqual([]);
  });

  test('is listened to again when its server is back, and given up after the last attempt', async () => {
    const own = await listenLab({ port: 0, stages: [stage], users: [] });
    const { lost, messages, host } = listen(own.url, 'test', Array.from({ length: 50 }, () => 20));
    await expect.poll(() => messages.length).toBe(1);
    await own.close();
    const again = await listenLab({ port: Number(new URL(own.url).port), stages: [stage], users: [] });
    await expect.poll(() => messages.length).toBe(2);
    expect(lost).toEqual([]);
    await again.close();
    await expect.poll(() => lost).toEqual([expect.stringMatching(/does not answer$/)]);
    await expect(host.send('test', { method: 'GET', path: '/', headers: {} })).rejects.toThrow(/^the server on this machine .* does not answer$/);
  });

  test('is left without a word, as its host is', async () => {
    const [one, other] = [listen(lab.url, 'test', []), listen(lab.url, 'test', [])];
    await expect.poll(() => stage.listeners.size).toBe(2);
    one.leave();
    other.host.close();
    await expect.poll(() => stage.listeners.size).toBe(0);
    expect([...one.lost, ...other.lost]).toEqual([]);
  });
});

test('a host that is closed hangs up, and says why', async () => {
  const host = newLocalHost(lab.url, (await fetchLabInfo(lab.url))!);
  const { body } = await host.send('test', { method: 'GET', path: '/stream', headers: {} });
  host.close();
  await expect(new Response(body).text()).rejects.toThrow(LEFT);
  await expect(host.send('test', { method: 'GET', path: '/', headers: {} })).rejects.toThrow(LEFT);
});

test('closes with watches and events still open', async () => {
  const own = await listenLab({ port: 0, stages: [stage], users: [] });
  const events = await fetch(`${own.url}/lab/events?stage=test`, { headers: ownPage });
  const stream = await fetch(`${own.url}/stages/test/stream`);
  await own.close();
  expect(await events.text()).toContain('"revision":7');
  await expect(stream.text()).rejects.toThrow();
  expect(stage.listeners.size).toBe(0);
});

test('says that its port is taken', async () => {
  const port = Number(new URL(lab.url).port);
  await expect(listenLab({ port, stages: [], users: [] })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
