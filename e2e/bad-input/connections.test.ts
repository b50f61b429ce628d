/** Clients that are slow, loud, rude, or gone; paths that are not what they seem. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { raw, request } from './request.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

let stage: StageProcess;
beforeAll(async () => {
  stage = await startStage('apiserver', ['--request-timeout=2s']);
});
afterAll(async () => {
  expect(stage.alive()).toBe(true);
  expect(await request(stage, 'GET', configMaps)).toMatchObject({ status: 200 });
  expect(stage.stderr()).toBe('');
  await stage.stop();
});

const head = (line: string, ...headers: string[]) => [line, 'Host: a', `Authorization: Bearer ${stage.tokens.admin}`, ...headers, '', ''].join('\r\n');
const statusLine = (answer: string) => answer.split('\r\n', 1)[0];
const bodyOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1));

describe('what the parser refuses is answered in a line, and the connection closed:', () => {
  test.each([
    { what: 'a header of 2 MB', headers: () => [`X-Flood: ${'x'.repeat(2 ** 21)}`], code: 431 },
    { what: 'a hundred thousand headers', headers: () => Array.from({ length: 100_000 }, (_, n) => `X-Flood-${n}: ${n}`), code: 431 },
    { what: 'a path of 2 MB', line: () => `GET /${'x'.repeat(2 ** 21)} HTTP/1.1`, code: 431 },
    { what: 'no HTTP', line: () => 'hello', code: 400 },
    { what: 'a length that is none', headers: () => ['Content-Length: many'], code: 400 },
    { what: 'two lengths', headers: () => ['Content-Length: 1', 'Content-Length: 2'], code: 400 },
    { what: 'a length and chunks, as in smuggling', line: () => `POST ${configMaps} HTTP/1.1`, headers: () => ['Content-Length: 4', 'Transfer-Encoding: chunked'], code: 400 },
    { what: 'a header with a line feed alone', headers: () => ['A: b\nC: d'], code: 400 },
    { what: 'a chunk that is none', line: () => `POST ${configMaps} HTTP/1.1`, headers: () => ['Transfer-Encoding: chunked', '', 'zz'], code: 400 },
  ])('$what ($code)', async ({ line, headers, code }) => {
    const answer = await raw(stage, head(line?.() ?? `GET ${configMaps} HTTP/1.1`, ...(headers?.() ?? [])), { keepOpen: true });
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 (${code} .+)\\r\\n(.+\\r\\n)*\\r\\n\\1$`));
  });
});

describe('a path leads nowhere else:', () => {
  test.each([
    ['an encoded slash in a name', `${configMaps}/a%2Fb`, [400, 404]],
    ['dots', `${configMaps}/../../../../secrets`, [301, 400, 404]],
    ['encoded dots', `${configMaps}/%2e%2e/%2e%2e`, [301, 400, 404]],
    ['double slashes', `//api//v1//namespaces//default//configmaps`, [301, 404]],
    ['an encoded null', `${configMaps}/a%00b`, [400, 404]],
    ['a broken escape', `${configMaps}/%zz`, [400]],
    ['escaped bytes that are no UTF-8', `${configMaps}/%ff%fe`, [400, 404]],
    ['a namespace that walks', `/api/v1/namespaces/..%2f..%2fdefault/configmaps`, [200, 400, 404]],
    ['nothing', '/nothing/at/all', [404]],
    ['an unknown group', '/apis/example.com/v1/things', [404]],
    ['an unknown version', '/api/v7/pods', [404]],
    ['an unknown resource', '/api/v1/things', [404]],
    ['an unknown subresource', `${configMaps}/a/things`, [404]],
    ['prototype', '/apis/__proto__/constructor', [404]],
    ['a trailing slash', `${configMaps}/`, [200, 301, 404]],
    ['an absolute form', `https://example.com${configMaps}`, [200, 400, 404]],
  ])('%s', async (_, path, codes) => {
    const answer = await raw(stage, head(`GET ${path} HTTP/1.1`, 'Connection: close'));
    const code = Number(answer.split(' ', 2)[1]);
    expect(codes, answer).toContain(code);
    // Whatever a path means, it means one of the collections that this list asked for, which are empty.
    if (code === 200) expect(bodyOf(answer)).toMatchObject({ kind: 'ConfigMapList', items: [] });
  });

  test('and CONNECT leads nowhere', async () => {
    const answer = await raw(stage, head(`CONNECT ${configMaps} HTTP/1.1`), { keepOpen: true });
    expect(statusLine(answer)).toBe('HTTP/1.1 404 Not Found');
  });

  test('and a request without HTTP/1.1\'s Host is refused', async () => {
    const answer = await raw(stage, `GET ${configMaps} HTTP/1.1\r\n\r\n`, { keepOpen: true });
    expect(statusLine(answer)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('a slow client', () => {
  test('that never sends its body is answered when the time is over, and nothing is stored', async () => {
    const answer = await raw(stage, `${head(`POST ${configMaps} HTTP/1.1`, 'Content-Type: application/json', 'Content-Length: 1000', 'Connection: close')}{"kind":`, { keepOpen: true });
    expect(statusLine(answer)).toMatch(/^HTTP\/1\.1 504 /);
    expect(bodyOf(answer)).toMatchObject({ status: 'Failure', reason: 'Timeout', code: 504 });
  });

  test('that goes away in the middle of its body leaves nothing', async () => {
    const socket = await open(`${head(`POST ${configMaps} HTTP/1.1`, 'Content-Type: application/json', 'Content-Length: 1000')}{"kind":`);
    socket.destroy();
    const { items } = JSON.parse((await request(stage, 'GET', configMaps)).body);
    expect(items).toEqual([]);
  });
});

describe('a watcher', () => {
  test('that goes away is let go: a hundred of them leave no socket behind', async () => {
    await expect.poll(() => socketsOf(stage)).toBe(0);
    const watchers = await Promise.all(Array.from({ length: 100 }, () => open(head(`GET ${configMaps}?watch=true HTTP/1.1`))));
    await Promise.all(watchers.map(firstBytes));
    expect(socketsOf(stage)).toBe(100);
    for (const socket of watchers) socket.destroy();
    await expect.poll(() => socketsOf(stage)).toBe(0);
  });

  test('that does not read does not keep others from it, nor the server from its end', async () => {
    const deaf = await open(head(`GET ${configMaps}?watch=true HTTP/1.1`));
    deaf.pause();
    const big = 'x'.repeat(500_000);
    for (let n = 0; n < 40; n++) {
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `big-${n}` }, data: { big } });
      expect((await request(stage, 'POST', configMaps, { 'content-type': 'application/json' }, body)).status).toBe(201);
    }
    deaf.destroy();
    await request(stage, 'DELETE', configMaps);
    await expect.poll(() => socketsOf(stage)).toBe(0);
  });
});

async function open(bytes: string): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: stage.port, ca: stage.ca });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  await new Promise((resolve) => socket.write(bytes, resolve));
  return socket;
}

function firstBytes(socket: TLSSocket): Promise<unknown> {
  return new Promise((resolve) => socket.once('data', resolve));
}

/** Connections that the server holds on its port, as the kernel knows them. */
function socketsOf({ port, pid }: StageProcess): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const held = new Set(readdirSync(`/proc/${pid()}/fd`).map((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid()}/fd/${fd}`))?.[1]));
  const connected = readFileSync('/proc/net/tcp', 'utf8').split('\n').map((line) => line.trim().split(/\s+/));
  return connected.filter(([, local = '', , state, , , , , , inode]) => local.endsWith(`:${hex}`) && state !== '0A' && held.has(inode)).length;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // closed since it was listed
    return '';
  }
}
