/** The worker's inside, bundled with its stand-ins, answers over a MessageChannel as it does in a browser. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabMessage } from '../../server/observe/lab/messages.ts';
import { buildWorker } from './build-worker.ts';
import type { StageHost } from './stage-host.ts';
import type { Seen } from './worker-fixture.ts';
import { LEFT } from './stage-host.ts';
import { newPageHost, newWorkerHost } from './worker-host.ts';
import type { WorkerHost } from './worker-host.ts';

let folder: string;
let inside: typeof import('./worker-fixture.ts');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'worker-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const chunks = await buildWorker(fileURLToPath(new URL('./worker-fixture.ts', import.meta.url)));
  for (const { fileName, code } of chunks) await writeFile(join(folder, fileName), code);
  const [entry] = chunks;
  inside = await import(pathToFileURL(join(folder, entry.fileName)).href);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function start(): { host: WorkerHost; seen: Seen } {
  const seen: Seen = { builds: 0, closed: [], failed: [], written: 0, refused: 0 };
  const { port1, port2 } = new MessageChannel();
  inside.serveStages(adapt(port2), { run: inside.newFixture(seen) });
  return { host: newWorkerHost(adapt(port1), () => port1.close()), seen };
}

function adapt(port: MessagePort) {
  return {
    postMessage: (message: unknown, transfer: Transferable[] = []) => port.postMessage(message, transfer),
    addEventListener: (type: 'message', listener: (event: { data: never }) => void) => {
      port.addEventListener(type, (event) => listener({ data: event.data as never }));
      port.start();
    },
  };
}

async function get(host: StageHost, path: string, method = 'GET') {
  const { status, headers, body } = await host.send('fixture', { method, path, headers: {} });
  return { status, headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])), text: await new Response(body).text() };
}

describe('a request in the worker', () => {
  test('carries its body, its headers and its user, and is answered', async () => {
    const { host } = start();
    const { status, headers, body, traceId } = await host.send('fixture', {
      method: 'POST',
      path: '/echo',
      headers: { 'Content-Type': 'application/json' },
      body: '{"name":"Grüße"}',
      user: 'alice',
    });
    expect(status).toBe(201);
    expect(await new Response(body).json()).toEqual({ got: { name: 'Grüße' }, user: 'Bearer alice' });
    expect(Object.fromEntries(headers)).toMatchObject({ 'Content-Type': 'application/json; charset=utf-8', Date: expect.stringMatching(/GMT$/) });
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    host.close();
  });

  test('looks to Express as one from a socket does', async () => {
    const { host } = start();
    const { text } = await get(host, '/about?a=1&a=2&b=%C3%BC+%&c');
    const query = { a: ['1', '2'], b: 'ü %', c: '' };
    expect(JSON.parse(text)).toEqual({ url: '/about?a=1&a=2&b=%C3%BC+%&c', query, ip: '127.0.0.1', protocol: 'http', http: '1.1' });
    host.close();
  });

  test.each([
    { what: 'bytes with their length', method: 'GET', path: '/bytes', status: 200, headers: { 'content-length': '3' }, text: '\u0001\u0002\u0003' },
    { what: 'what was held back, in its order', method: 'GET', path: '/parts', status: 200, headers: {}, text: 'one two three four' },
    { what: 'no body to HEAD', method: 'HEAD', path: '/bytes', status: 200, headers: {}, text: '' },
    { what: 'no body with 204', method: 'GET', path: '/nothing', status: 204, headers: {}, text: '' },
    { what: 'what a handler threw as the error handler says', method: 'GET', path: '/thrown', status: 500, headers: {}, text: '{"message":"thrown by the handler"}' },
    { what: 'an error instead of a header with a line break', method: 'GET', path: '/injected', status: 500, headers: {}, text: '{"message":"Invalid character in header content [\\"X\\"]"}' },
    { what: "Express' own 404", method: 'GET', path: '/missing', status: 404, headers: {}, text: expect.stringContaining('Cannot GET /missing') },
  ])('is answered $what', async ({ method, path, status, headers, text }) => {
    const { host } = start();
    expect(await get(host, path, method)).toEqual({ status, headers: expect.objectContaining(headers), text });
    host.close();
  });

  test('throws where a header is set after the headers were sent', async () => {
    const { host, seen } = start();
    expect((await get(host, '/late')).text).toBe('sent');
    expect(seen.failed).toEqual(['Cannot set headers after they are sent to the client']);
    host.close();
  });

  test('may have several values of one header', async () => {
    const { host } = start();
    const { headers } = await host.send('fixture', { method: 'GET', path: '/cookies', headers: {} });
    expect(headers.filter(([name]) => name === 'Set-Cookie')).toEqual([['Set-Cookie', 'a=1'], ['Set-Cookie', 'b=2']]);
    host.close();
  });

  test('is refused with 413 where its body is longer than the handler allows', async () => {
    const { host } = start();
    const { status } = await host.send('fixture', { method: 'POST', path: '/limited', headers: {}, body: 'x'.repeat(11) });
    expect(status).toBe(413);
    host.close();
  });

  test.each([
    { what: 'a stage that does not exist', stage: 'unknown', path: '/', user: undefined, message: 'no stage "unknown"' },
    { what: 'a path without its slash', stage: 'fixture', path: 'about', user: undefined, message: 'a path starts with "/": about' },
    { what: 'a user who does not exist', stage: 'fixture', path: '/about', user: 'bob', message: 'no user "bob" here' },
  ])('to $what fails', async ({ stage, path, user, message }) => {
    const { host } = start();
    await expect(host.send(stage, { method: 'GET', path, headers: {}, ...(user && { user }) })).rejects.toThrow(message);
    host.close();
  });

  test('builds its stage only once', async () => {
    const { host, seen } = start();
    await Promise.all([get(host, '/bytes'), get(host, '/about'), get(host, '/cookies')]);
    expect(seen.builds).toBe(1);
    host.close();
  });
});

describe('a streamed answer', () => {
  test('arrives as it is written, and its handler hears when the reader leaves', async () => {
    const { host, seen } = start();
    const { body } = await host.send('fixture', { method: 'GET', path: '/watch', headers: {} });
    const reader = body.getReader();
    const line = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await line()).toBe('{"n":1}\n');
    expect(await line()).toBe('{"n":2}\n');
    await reader.cancel();
    await expect.poll(() => seen.closed).toEqual(['/watch']);
    host.close();
  });

  test('ends with the reason when its request is aborted', async () => {
    const { host, seen } = start();
    const stop = new AbortController();
    const { body } = await host.send('fixture', { method: 'GET', path: '/watch', headers: {} }, stop.signal);
    const reading = new Response(body).text();
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await expect.poll(() => seen.closed).toEqual(['/watch']);
    host.close();
  });

  test('makes write() return false while nobody reads, and goes on when somebody does', async () => {
    const { host, seen } = start();
    const { body } = await host.send('fixture', { method: 'GET', path: '/flood', headers: {} });
    await expect.poll(() => seen.refused).toBeGreaterThan(0);
    await get(host, '/bytes');
    expect(seen.written).toBeLessThan(20);
    expect((await new Response(body).text()).length).toBe(1_000_000);
    expect(seen.written).toBe(100);
    host.close();
  });

  test('fails where the server hangs up in its middle', async () => {
    const { host } = start();
    const { body } = await host.send('fixture', { method: 'GET', path: '/broken', headers: {} });
    await expect(new Response(body).text()).rejects.toThrow('the server closed the connection');
    host.close();
  });
});

test('a subscriber is told what is stored and the spans of each request, until it leaves', async () => {
  const { host } = start();
  const messages: LabMessage[] = [];
  const leave = host.subscribe('fixture', (message) => messages.push(message));
  await get(host, '/bytes');
  await expect.poll(() => messages.filter((m) => m.type === 'span').map((m) => [m.span.name, m.span.end !== undefined])).toEqual([['GET /bytes', false], ['GET /bytes', true]]);
  await expect.poll(() => messages.some((m) => m.type === 'store' && m.reset)).toBe(true);
  leave();
  const before = messages.length;
  await get(host, '/bytes');
  expect(messages).toHaveLength(before);
  host.close();
});

test('who subscribes to a stage that is not there is told so', async () => {
  const { host } = start();
  const lost = await new Promise<Error>((resolve) => host.subscribe('unknown', () => undefined, resolve));
  expect(lost.message).toBe('no stage "unknown"');
  host.close();
});

test('a stage that is started afresh is built anew, and tells its subscribers so', async () => {
  const { host, seen } = start();
  const resets: LabMessage[] = [];
  host.subscribe('fixture', (message) => message.type === 'store' && message.reset && resets.push(message));
  const { body } = await host.send('fixture', { method: 'GET', path: '/watch', headers: {} });
  await host.restart('fixture');
  expect(await new Response(body).text()).toMatch(/^{"n":1}\n/);
  await expect.poll(() => resets).toHaveLength(2);
  expect(seen.builds).toBe(2);
  await expect(host.restart('unknown')).rejects.toThrow('no stage "unknown"');
  host.close();
});

test('what is done to a stage is told to its subscribers, and refused in a sentence', async () => {
  const { host } = start();
  const states: string[] = [];
  host.subscribe('fixture', (message) => message.type === 'storage' && states.push(`${message.etcd} ${message.compacted}`));
  await host.act('fixture', 'compact');
  await host.act('fixture', 'stop etcd');
  await expect.poll(() => states.at(-1)).toBe('stopped 1');
  await expect(host.act('fixture', 'compact')).rejects.toThrow('connection refused');
  await expect(host.act('fixture', 'restart server')).rejects.toThrow('start that first');
  await host.act('fixture', 'start etcd');
  await expect.poll(() => states.at(-1)).toBe('running 1');
  await expect(host.act('unknown', 'compact')).rejects.toThrow('no stage "unknown"');
  host.close();
});

test('a host that is closed hangs up, and says why', async () => {
  const { host } = start();
  const { body } = await host.send('fixture', { method: 'GET', path: '/watch', headers: {} });
  host.close();
  await expect(new Response(body).text()).rejects.toThrow(LEFT);
});

test('a worker that fails ends all that was under way, and is replaced when a stage is started afresh', async () => {
  const started: WorkerHost[] = [];
  const host = newPageHost(() => {
    const worker = start().host;
    started.push(worker);
    return worker;
  });
  const { body } = await host.send('fixture', { method: 'GET', path: '/watch', headers: {} });
  const lost = new Promise<Error>((resolve) => host.subscribe('fixture', () => undefined, resolve));
  started[0]?.fail('out of memory');
  await expect(new Response(body).text()).rejects.toThrow('out of memory');
  expect(await lost).toMatchObject({ message: 'out of memory' });
  await expect(get(host, '/bytes')).rejects.toThrow('out of memory');
  await expect(new Promise((_, reject) => host.subscribe('fixture', () => undefined, reject))).rejects.toThrow('out of memory');
  await host.restart('fixture');
  expect(await get(host, '/bytes')).toMatchObject({ status: 200 });
  await host.restart('fixture');
  expect(started).toHaveLength(2);
  const other = new Promise<Error>((resolve) => host.subscribe('fixture', () => undefined, resolve));
  await host.restart('unknown');
  expect(await other).toMatchObject({ message: 'the stages in this page were started afresh' });
  expect(started).toHaveLength(3);
  host.close();
});
