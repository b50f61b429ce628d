/** One etcd that is slow, away, or full: everything is answered, and nothing that was written is lost. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { newSoakClient } from '../soak/client.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { ask, collection, create, text } from './ask.ts';

let etcd: RunningEtcd;
let stage: StageProcess;

beforeAll(async () => {
  etcd = await startEtcd();
  stage = await startStage('apiserver', [`--etcd-servers=${etcd.endpoint}`, '--etcd-healthcheck-timeout=200ms', '--etcd-readycheck-timeout=200ms']);
  expect(await create(stage, 'first')).toMatchObject({ status: 201 });
});
afterAll(async () => {
  await stage.stop();
  await etcd.stop();
});

/** Each check on its own tells its reason. */
async function untilHealthSays(reason: RegExp): Promise<void> {
  for (const path of ['/livez/etcd', '/readyz/etcd', '/readyz/etcd-readiness']) {
    await expect.poll(() => text(stage, path)).toEqual({ status: 500, body: expect.stringMatching(reason) as string });
  }
  expect(await text(stage, '/readyz?verbose')).toMatchObject({ status: 500, body: expect.stringContaining('[-]etcd failed: reason withheld\n[-]etcd-readiness failed') as string });
  expect(await text(stage, '/livez?verbose')).toMatchObject({ status: 500, body: expect.stringMatching(/\[-\]etcd failed: reason withheld\n[^]*livez check failed/) as string });
}

async function untilWell(): Promise<void> {
  await expect.poll(() => text(stage, '/readyz')).toEqual({ status: 200, body: 'ok' });
}

const fromCache = `${collection}?resourceVersion=0`;

describe('an etcd that does not answer', () => {
  beforeAll(() => etcd.pause());
  afterAll(() => etcd.resume());

  test.each([
    ['a read', 'GET', `${collection}/first?timeout=300ms`],
    ['a consistent list', 'GET', `${collection}?timeout=300ms`],
    ['a write', 'POST', `${collection}?timeout=300ms`],
    ['a deletion', 'DELETE', `${collection}/first?timeout=300ms`],
  ])('%s is answered 504 when its time is over', async (_, method, path) => {
    const body = method === 'POST' ? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late' } } : undefined;
    expect(await ask(stage, method, path, body)).toEqual({
      status: 504,
      contentType: 'text/plain; charset=utf-8',
      body: { metadata: {}, status: 'Failure', message: 'Timeout: request did not complete within the allotted timeout', reason: 'Timeout', details: {}, code: 504 },
    });
  });

  test('what a cache may answer is answered', async () => {
    expect(await ask(stage, 'GET', fromCache)).toMatchObject({ status: 200 });
  });

  test('health checks say so after the time that they give it', () => untilHealthSays(/^internal server error: error getting data from etcd: context deadline exceeded\n$/));
});

test('when it answers again all is well', untilWell);

describe('an etcd that has gone', () => {
  const refused = /^etcd cannot be reached: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127\.0\.0\.1:\d+: connect: connection refused"$/;
  let watching: AsyncGenerator<string>;
  const stop = new AbortController();

  async function nextName(): Promise<string> {
    const { value } = await watching.next();
    return (JSON.parse(String(value)) as { object: { metadata: { name: string } } }).object.metadata.name;
  }

  beforeAll(async () => {
    watching = newSoakClient(stage.url, stage.ca, stage.tokens.admin).lines(`${collection}?watch=1&resourceVersion=0`, stop.signal);
    expect(await nextName()).toBe('first');
    etcd.kill();
    // what is under way when it goes may have been done; what begins after a read that was refused has not
    expect(await ask(stage, 'GET', `${collection}/first`)).toMatchObject({ status: 503 });
  });
  afterAll(() => stop.abort());

  test.each([
    ['a write', () => create(stage, 'lost')],
    ['a read', () => ask(stage, 'GET', `${collection}/first`)],
    ['a consistent list', () => ask(stage, 'GET', collection)],
    ['an update', () => ask(stage, 'PUT', `${collection}/first`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'first' }, data: { value: 'new' } })],
    ['a deletion', () => ask(stage, 'DELETE', `${collection}/first`)],
    ['an event, which needs a lease', () => ask(stage, 'POST', '/api/v1/namespaces/default/events', { apiVersion: 'v1', kind: 'Event', metadata: { name: 'lost' }, involvedObject: { namespace: 'default' } })],
  ])('%s is answered 503: again in a second, and why', async (_, send) => {
    const { status, retryAfter, body } = await send();
    expect({ ...body, status, retryAfter }).toMatchObject({ status: 503, retryAfter: '1', code: 503, reason: 'ServiceUnavailable', details: { retryAfterSeconds: 1 }, message: expect.stringMatching(refused) as string });
  });

  test('what a cache may answer is answered', async () => {
    expect(await ask(stage, 'GET', fromCache)).toMatchObject({ status: 200 });
    expect(await ask(stage, 'GET', `${collection}/first?resourceVersion=0`)).toMatchObject({ status: 200 });
  });

  test('health checks say so', () => untilHealthSays(/^internal server error: error getting data from etcd: (rpc error|context deadline exceeded)/));

  test('when it is back, requests are answered and watches go on', async () => {
    await etcd.restart();
    await expect.poll(() => create(stage, 'after')).toMatchObject({ status: 201 });
    expect(await nextName()).toBe('after');
    expect(await ask(stage, 'GET', `${collection}/first`)).toMatchObject({ status: 200 });
    expect(await ask(stage, 'GET', `${collection}/lost`)).toMatchObject({ status: 404 });
    await untilWell();
  });
});

test('an etcd that is full refuses writes in its own words, and is read', async () => {
  const small = await startEtcd({ args: ['--quota-backend-bytes', String(2 ** 21)] });
  const full = await startStage('apiserver', [`--etcd-servers=${small.endpoint}`]);
  const value = 'x'.repeat(200_000);
  let answer = await create(full, 'fill-0', '', value);
  for (let n = 1; answer.status === 201 && n < 50; n++) answer = await create(full, `fill-${n}`, '', value);
  expect(answer).toMatchObject({ status: 500, body: { message: 'etcdserver: mvcc: database space exceeded', code: 500 } });
  expect(await ask(full, 'GET', `${collection}?limit=1`)).toMatchObject({ status: 200 });
  await full.stop();
  await small.stop();
});
