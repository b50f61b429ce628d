/** What lies in etcd: its form, a value that went bad, and history that is gone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request } from '../bad-input/request.ts';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { runCommandLine, startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { ask, collection, create, put, stored, withEtcd } from './ask.ts';

let etcd: RunningEtcd;
const prefix = '/registry/configmaps/default';

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

const start = (...flags: string[]) => startStage('watch', [`--etcd-servers=${etcd.endpoint}`, ...flags]);

test.each([
  ['application/json', /^\{"kind":"ConfigMap","apiVersion":"v1",/],
  ['application/yaml', /^apiVersion: v1\ndata:\n/],
  ['application/vnd.kubernetes.protobuf', /^k8s\0/],
])('--storage-media-type=%s is how objects are written, and all are read', async (mediaType, form) => {
  const stage = await start(`--storage-media-type=${mediaType}`);
  const name = mediaType.replace(/\W/g, '-');
  await create(stage, name, '', 'v');
  expect(await stored(etcd.endpoint, `${prefix}/${name}`)).toMatch(form);
  expect(await ask(stage, 'GET', `${collection}/${name}`)).toMatchObject({ status: 200, body: { data: { value: 'v' } } });
  expect(await ask(stage, 'GET', collection)).toMatchObject({ status: 200 });
  await stage.stop();
});

test.each([
  ['--storage-media-type=text/plain', '"text/plain" invalid, allowed values: application/json, application/vnd.kubernetes.protobuf, application/yaml'],
  ['--watch-cache-sizes=pods', 'invalid value of watch cache size: pods'],
  ['--watch-cache-sizes=pods#many', 'invalid size of watch cache size: pods#many'],
  ['--watch-cache-sizes=pods#-1', 'watch cache size cannot be negative: pods#-1'],
])('%s is refused', async (flag, message) => {
  expect(await runCommandLine('stage', 'watch', flag)).toMatchObject({ code: 1, stderr: expect.stringContaining(message) as string });
});

describe('a value that cannot be read', () => {
  const message = `couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;
  let stage: StageProcess;

  beforeAll(async () => {
    stage = await start('--watch-cache-sizes=configmaps#0');
    await create(stage, 'good');
    await put(etcd.endpoint, `${prefix}/bad`, 'gone bad');
  });
  afterAll(async () => {
    await withEtcd(etcd.endpoint, (client) => client.txn({ compare: [], success: [{ op: 'deleteRange', key: `${prefix}/bad` }], failure: [] }));
    await stage.stop();
  });

  test.each([
    ['GET', `${collection}/bad`],
    ['GET', collection],
    ['DELETE', `${collection}/bad`],
    // the gate AllowUnsafeMalformedObjectDeletion is off
    ['DELETE', `${collection}/bad?ignoreStoreReadErrorWithClusterBreakingPotential=true`],
    ['DELETE', collection],
  ])('%s %s is answered 500, with what is wrong with it', async (method, path) => {
    expect(await ask(stage, method, path)).toMatchObject({ status: 500, body: { message, code: 500 } });
  });

  test('leaves its neighbours alone', async () => {
    expect(await ask(stage, 'GET', `${collection}/good`)).toMatchObject({ status: 200 });
    expect(await create(stage, 'better')).toMatchObject({ status: 201 });
  });
});

test('a pager whose history was compacted is told to begin anew, or to go on with what is there', async () => {
  const stage = await start();
  for (const name of ['page-1', 'page-2', 'page-3']) await create(stage, name);
  const { body: first } = await ask(stage, 'GET', `${collection}?limit=1`);
  const { body: later } = await create(stage, 'page-4');
  await withEtcd(etcd.endpoint, (client) => client.compact(Number(later.metadata?.resourceVersion)));
  // who has it in a cache could still answer
  const uncached = await start('--watch-cache=false');
  const { status, body } = await ask(uncached, 'GET', `${collection}?limit=1&continue=${first.metadata?.continue}`);
  expect({ status, reason: body.reason }).toEqual({ status: 410, reason: 'Expired' });
  const rest = await ask(uncached, 'GET', `${collection}?limit=500&continue=${body.metadata?.continue}`);
  expect(rest.body.items?.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['page-1', 'page-2', 'page-3', 'page-4']));
  await stage.stop();
  await uncached.stop();
});

test('an object too large for etcd is stored without its managed fields; what is applied is refused', async () => {
  const stage = await start();
  const data = Object.fromEntries(Array.from({ length: 40_000 }, (_, n) => [`key-${String(n).padStart(8, '0')}`, 'a short value']));
  const configMap = (name: string, more = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { ...data, ...more } });
  const send = async (method: string, path: string, contentType: string, body: object) => {
    const answer = await request(stage, method, path, { 'content-type': contentType }, JSON.stringify(body));
    const { message, metadata } = JSON.parse(answer.body) as { message?: string; metadata: { managedFields?: unknown } };
    return [answer.status, message, metadata.managedFields];
  };
  expect(await send('POST', collection, 'application/json', configMap('large'))).toEqual([201, undefined, undefined]);
  expect(await send('PUT', `${collection}/large`, 'application/json', configMap('large', { more: '' }))).toEqual([200, undefined, undefined]);
  expect(await send('PATCH', `${collection}/large`, 'application/merge-patch+json', { data: { again: '' } })).toEqual([200, undefined, undefined]);
  expect(await send('PATCH', `${collection}/applied?fieldManager=me`, 'application/apply-patch+yaml', configMap('applied'))).toEqual([500, 'etcdserver: request is too large', undefined]);
  await stage.stop();
});
