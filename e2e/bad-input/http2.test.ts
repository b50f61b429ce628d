/** HTTP/2 from clients that are rude: floods, what is too large, what is not allowed, and what goes away. */
import { once } from 'node:events';
import { constants } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { FLAG, FRAME, GET, answerOf, connectHTTP2, floodUntilClosed, frame, send } from './http2-client.ts';
import { request } from './request.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

let stage: StageProcess;
beforeAll(async () => {
  stage = await startStage('apiserver', ['--request-timeout=2s']);
});
afterAll(async () => {
  expect(stage.alive()).toBe(true);
  expect(await request(stage, 'GET', configMaps)).toMatchObject({ status: 200 });
  expect(stage.stderr().split('\n').filter((line) => !line.includes(' Unable to authenticate the request: '))).toEqual(['']);
  await stage.stop();
});

describe('a connection is closed that', () => {
  const block = (round: number, make: (stream: number) => Buffer[]) => Buffer.concat(Array.from({ length: 100 }, (_, n) => make(2 * (round * 100 + n) + 1)).flat());
  const reset = Buffer.alloc(4);
  reset.writeUInt32BE(constants.NGHTTP2_CANCEL);

  test.each<[string, (round: number) => Uint8Array]>([
    ['opens requests and takes them back at once, without end (CVE-2023-44487)', (round) => block(round, (stream) => [frame(FRAME.headers, FLAG.endStream | FLAG.endHeaders, stream, GET), frame(FRAME.rstStream, 0, stream, reset)])],
    ['sends headers that never end (CVE-2023-45288)', (round) => (round === 0 ? frame(FRAME.headers, 0, 1, GET) : frame(FRAME.continuation, 0, 1, new Uint8Array(16_000).fill(0x82)))],
    ['changes its settings without end', (round) => block(round, () => [frame(FRAME.settings, 0, 0, Buffer.from([0, 4, 0, 0, 255, 255]))])],
    ['pings without end, and does not read', (round) => block(round, () => [frame(FRAME.ping, 0, 0, new Uint8Array(8))])],
    ['sends what is no frame', () => Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['sends headers that are not packed well', () => frame(FRAME.headers, FLAG.endStream | FLAG.endHeaders, 1, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff))],
  ])('%s', async (_, flood) => {
    await floodUntilClosed(stage, flood);
    expect((await request(stage, 'GET', '/livez')).status).toBe(200);
  });
});

describe('the connection outlives', () => {
  const valid = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  const post = { ':method': 'POST', ':path': configMaps, 'content-type': 'application/json' };

  test.each([
    ['a body beyond 3 MiB', { ...post, 'content-length': 4 * 2 ** 20 }, new Uint8Array(4 * 2 ** 20), 413],
    ['one whose length is not said', post, new Uint8Array(4 * 2 ** 20), 413],
    ['half a body', post, '{"kind":', 400],
    ['nesting beyond all measure', post, '['.repeat(100_000), 400],
    ['a method that nobody knows', { ':method': 'FOO', ':path': configMaps }, undefined, 405],
    ['dots in a path', { ':path': '/api/v1/../../etc/passwd' }, undefined, 404],
    ['a path that cannot be decoded', { ':path': '/api/v1/namespaces/%zz' }, undefined, 400],
    ['a long path', { ':path': `/${'x'.repeat(30_000)}` }, undefined, 404],
    ['many headers', { ':path': configMaps, ...Object.fromEntries(Array.from({ length: 1500 }, (_, n) => [`x-${n}`, 'y'])) }, undefined, 200],
    ['a length that is not that of the body', { ':method': 'POST', ':path': '/api/v1/namespaces/default/pods', 'content-type': 'application/json', 'content-length': 10 }, 'early', 0],
  ])('%s', async (_, headers, body, status) => {
    const session = connectHTTP2(stage);
    expect((await send(session, stage, headers, body)).status).toBe(status);
    expect((await send(session, stage, { ...post, ':path': `${configMaps}?dryRun=All` }, valid)).status).toBe(201);
    session.destroy();
  });

  test('a body that never comes: 504 when the time is over', async () => {
    const session = connectHTTP2(stage);
    const stream = session.request({ ...post, authorization: `Bearer ${stage.tokens.admin}` });
    stream.write('{');
    expect(await answerOf(stream)).toMatchObject({ status: 504, ended: true });
    expect((await send(session, stage, { ':path': configMaps })).status).toBe(200);
    session.destroy();
  });

  test('headers that together are too long', async () => {
    const session = connectHTTP2(stage);
    const headers = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`x-${n}`, 'y'.repeat(30_000)]));
    const answer = await send(session, stage, { ':path': configMaps, ...headers });
    expect(answer.status === 431 || answer.rstCode !== 0 || session.destroyed).toBe(true);
    const after = connectHTTP2(stage);
    expect((await send(after, stage, { ':path': configMaps })).status).toBe(200);
    after.destroy();
    session.destroy();
  });
});

describe('CONNECT', () => {
  test.each([
    ['admin', 404],
    ['alice', 403],
  ] as const)('leads %s nowhere (%i)', async (user, status) => {
    const session = connectHTTP2(stage);
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'example.org:443', authorization: `Bearer ${stage.tokens[user]}` });
    stream.end();
    expect((await answerOf(stream)).status).toBe(status);
    session.destroy();
  });
});

describe('whom nobody knows', () => {
  test.each([
    ['a wrong token', { authorization: 'Bearer wrong', ':path': configMaps }, 401],
    ['no token', { authorization: undefined, ':path': configMaps }, 403],
    ['no token, for what all may read', { authorization: undefined, ':path': '/version' }, 200],
  ])('gets one request for a connection: %s', async (_, headers, status) => {
    const session = connectHTTP2(stage);
    const goaway = once(session, 'goaway');
    const closed = once(session, 'close');
    expect(await send(session, stage, headers)).toMatchObject({ status, ended: true });
    expect((await goaway)[0]).toBe(constants.NGHTTP2_NO_ERROR);
    await closed;
  });
});

describe('a watch', () => {
  test('that its client gives up leaves the others of its connection alone', async () => {
    const session = connectHTTP2(stage);
    const authorization = `Bearer ${stage.tokens.admin}`;
    const [left, kept] = ['left', 'kept'].map(() => session.request({ authorization, ':path': `${configMaps}?watch=true` }));
    await Promise.all([once(left!, 'response'), once(kept!, 'response')]);
    left!.close(constants.NGHTTP2_CANCEL);
    await once(left!, 'close');
    const event = once(kept!, 'data');
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'seen' } });
    expect((await send(session, stage, { ':method': 'POST', ':path': configMaps, 'content-type': 'application/json' }, body)).status).toBe(201);
    expect(JSON.parse(String((await event)[0])).object.metadata.name).toBe('seen');
    session.destroy();
  });

  test('that nobody reads does not keep others on its connection from their answers', async () => {
    const session = connectHTTP2(stage);
    const deaf = session.request({ authorization: `Bearer ${stage.tokens.admin}`, ':path': `${configMaps}?watch=true` });
    await once(deaf, 'response');
    const data = { big: 'x'.repeat(500_000) };
    for (let n = 0; n < 10; n++) {
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `big-${n}` }, data });
      expect((await send(session, stage, { ':method': 'POST', ':path': configMaps, 'content-type': 'application/json' }, body)).status).toBe(201);
    }
    const list = await send(session, stage, { ':path': configMaps });
    expect(JSON.parse(list.body).items.length).toBeGreaterThanOrEqual(10);
    session.destroy();
  });
});
