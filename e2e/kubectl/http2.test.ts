/** kubectl and Go's HTTP/2: that it is spoken, and that nothing of what kubectl does minds, be its connection closed at times. */
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerOf, connectHTTP2, send } from '../bad-input/http2-client.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { newKubectl } from './kubectl.ts';

let stage: StageProcess;
beforeAll(async () => {
  stage = await startStage('apiserver', ['--goaway-chance=0.02', '--strict-transport-security-directives=max-age=31536000,preload']);
});
afterAll(async () => {
  expect(stage.stderr()).toBe('');
  await stage.stop();
});

const kubectl = newKubectl(() => stage);
const configMaps = '/api/v1/namespaces/default/configmaps';
const admin = () => ({ authorization: `Bearer ${stage.tokens.admin}` });

/** Go tells of its frames where it is asked to. */
const overHTTP2 = (line: string, input?: object) => kubectl.run(`version >/dev/null; GODEBUG=http2debug=1 kubectl ${line}`, input);

describe('kubectl speaks HTTP/2', () => {
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'second' } };

  test.each<[string, string, RegExp, object?]>([
    ['to list', 'get namespaces', /^default +Active/m],
    ['to create what it knows', 'create configmap first --from-literal=a=b', /created/],
    ['to apply', 'apply --server-side -f -', /serverside-applied/, configMap],
    ['to patch', 'label configmap first x=y', /labeled/],
    ['to delete', 'delete configmap first', /deleted/],
    ['to watch', 'get configmaps --watch --request-timeout=1s', /^second /m],
  ])('%s: %s', async (_, line, prints, input) => {
    const { stdout, stderr } = await overHTTP2(line, input);
    expect(stdout).toMatch(prints);
    expect(stderr).toContain('http2: Transport received HEADERS');
  });

  test.each([
    ['is refused', 'get pod missing', 'Error from server (NotFound): pods "missing" not found'],
    ['may not do what it does', 'get secrets --as=nobody', 'Error from server (Forbidden): secrets is forbidden: User "nobody" cannot list resource "secrets" in API group "" in the namespace "default"'],
    ['sends too much', 'create -f too-large.json', 'Error from server (RequestEntityTooLarge): error when creating "too-large.json": Request entity too large: limit is 3145728'],
  ])('and is told why, where it %s', async (_, line, message) => {
    const file = kubectl.file('too-large.json', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large' }, data: { x: 'x'.repeat(4_000_000) } });
    const { code, stderr } = await overHTTP2(line.replace('too-large.json', file));
    expect(code).toBe(1);
    expect(stderr.replace(file, 'too-large.json')).toContain(message);
    expect(stderr).toContain('http2: Transport received HEADERS');
  });

  test('and HTTP/1.1 where a connection is to become another', async () => {
    await kubectl('run unplaced --image=nginx');
    expect(await kubectl.fails('exec unplaced -- ls')).toContain('pod unplaced does not have a host assigned');
  });

  test('with a certificate, and then no token', async () => {
    await kubectl(`config set-context by-certificate --cluster=apiserver --user=${await certificateUser()}`);
    const { stdout, stderr } = await overHTTP2('--context=by-certificate auth whoami || kubectl --context=by-certificate get namespaces');
    expect(stdout).toMatch(/admin|default/);
    expect(stderr).toContain('http2: Transport received HEADERS');
  });

  test('while one connection after the other is closed', async () => {
    const watch = kubectl.start('get configmaps --watch-only -o name');
    const names = Array.from({ length: 40 }, (_, n) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `many-${n}` } }));
    await kubectl('create -f -', { apiVersion: 'v1', kind: 'List', items: names });
    expect((await kubectl('delete configmaps --all -o name')).split('\n').filter((name) => name.includes('many-'))).toHaveLength(40);
    await watch.stop();
  });
});

async function certificateUser(): Promise<string> {
  const { users } = JSON.parse(await kubectl('config view -o json --raw')) as { users: { name: string; user: Record<string, string> }[] };
  const found = users.find(({ user }) => 'client-certificate-data' in user || 'client-certificate' in user);
  expect(found).toBeDefined();
  return found?.name ?? '';
}

test('both protocols give the same answer, but for what belongs to connections', async () => {
  const session = connectHTTP2(stage);
  const own = ['date', 'audit-id'];
  const headersOf = (headers: object) => Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':') && !own.includes(name)));
  for (const path of [configMaps, `${configMaps}/missing`, '/version', '/nowhere', '/api', '/apis', '/readyz?verbose', '/api/v1/namespaces?limit=1', `${configMaps}?timeout=soon`]) {
    const { port, ca } = stage;
    const [res] = await once(httpsRequest({ host: '127.0.0.1', port, ca, agent: false, path, headers: admin() }).end(), 'response');
    const body = Buffer.concat(await res.toArray()).toString();
    let answer = await send(session, stage, { ':path': path });
    if (session.closed) answer = await send(connectHTTP2(stage), stage, { ':path': path });
    const { connection, 'transfer-encoding': _chunks, ...headers } = res.headers;
    expect([answer.status, headersOf(answer.headers), answer.body]).toEqual([res.statusCode, headersOf(headers), body]);
    expect(connection).toBe('close');
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000; preload');
  }
  session.destroy();
});

test('requests over HTTP/2 show on the page of the stage', async () => {
  const lab = await fetch(`${stage.lab}/lab/events?stage=apiserver`, { headers: { 'sec-fetch-site': 'same-origin' } });
  const reader = lab.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const session = connectHTTP2(stage);
  // Its first filter is told of after the request itself.
  while (!/traced-over-h2[^]*withAuthentication/.test(text)) {
    const answered = session.closed ? undefined : await send(session, stage, { ':path': `${configMaps}/traced-over-h2` });
    expect(answered?.status ?? 404).toBe(404);
    text += (await reader?.read())?.value ?? '';
  }
  await reader?.cancel();
  session.destroy();
});

test('a list of many megabytes arrives, however slowly it is read', async () => {
  const session = connectHTTP2(stage);
  for (let n = 0; n < 12; n++) {
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `heavy-${n}` }, data: { x: 'x'.repeat(900_000) } });
    const target = session.closed ? connectHTTP2(stage) : session;
    expect((await send(target, stage, { ':method': 'POST', ':path': configMaps, 'content-type': 'application/json' }, body)).status).toBe(201);
  }
  const fresh = connectHTTP2(stage);
  const stream = fresh.request({ ':path': configMaps, ...admin() });
  await once(stream, 'response');
  const slow = setInterval(() => (stream.isPaused() ? stream.resume() : stream.pause()), 5);
  const { body, ended } = await answerOf(stream);
  clearInterval(slow);
  expect([ended, JSON.parse(body).items.length]).toEqual([true, 12]);
  fresh.destroy();
  session.destroy();
});
