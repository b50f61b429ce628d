/** Secrets that lie encrypted in a real etcd, under keys that are rotated while the server runs. */
import { renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { startStage } from '../stage-process.ts';
import type { StageProcess } from '../stage-process.ts';
import { ask, put, stored, text } from './ask.ts';
import type { Told } from './ask.ts';

const secrets = '/api/v1/namespaces/default/secrets';
const prefix = '/registry/secrets/default';
const key = (name: string) => ({ name, secret: Buffer.alloc(32, name).toString('base64') });
const names = (list: { items?: { metadata: { name: string } }[] }) => list.items?.map(({ metadata: { name } }) => name);

let etcd: RunningEtcd;
let stage: StageProcess;
let dir: string;

function configure(...keys: string[]): void {
  const file = join(dir, 'encryption.yaml');
  const providers = [{ aesgcm: { keys: keys.map(key) } }, { identity: {} }];
  writeFileSync(`${file}.new`, stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'EncryptionConfiguration', resources: [{ resources: ['secrets'], providers }, { resources: ['*.apps'], providers }] }));
  renameSync(`${file}.new`, file);
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'encryption-'));
  etcd = await startEtcd();
  configure('one');
  stage = await startStage('apiserver', [`--etcd-servers=${etcd.endpoint}`, `--encryption-provider-config=${join(dir, 'encryption.yaml')}`, '--encryption-provider-config-automatic-reload']);
});
afterAll(async () => {
  await stage.stop();
  await etcd.stop();
  await rm(dir, { recursive: true });
});

const create = (name: string) => ask(stage, 'POST', secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: { word: 'xyzzy' } });
/** What is there already. */
const update = (read: Told) => ask(stage, 'PUT', `${secrets}/a`, read.body);

test('the configured resources are encrypted, in a group by its wildcard, and others are not', async () => {
  await create('a');
  await ask(stage, 'POST', '/apis/apps/v1/namespaces/default/controllerrevisions', { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: { name: 'a' }, data: {}, revision: 1 });
  await ask(stage, 'POST', '/api/v1/namespaces/default/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  expect(await stored(etcd.endpoint, `${prefix}/a`)).toMatch(/^k8s:enc:aesgcm:v1:one:/);
  expect(await stored(etcd.endpoint, '/registry/controllerrevisions/default/a')).toMatch(/^k8s:enc:aesgcm:v1:one:/);
  expect(await stored(etcd.endpoint, '/registry/configmaps/default/a')).toMatch(/^k8s\0/);
  expect(await ask(stage, 'GET', `${secrets}/a`)).toMatchObject({ status: 200, body: { data: { word: btoa('xyzzy') } } });
});

test('a rotated key is taken while the server runs, and a write that changes nothing writes anew what lies under the old one', async () => {
  configure('two', 'one');
  await expect.poll(async () => {
    await create('probe');
    const form = await stored(etcd.endpoint, `${prefix}/probe`);
    await ask(stage, 'DELETE', `${secrets}/probe`);
    return form;
  }).toMatch(/^k8s:enc:aesgcm:v1:two:/);
  const before = await ask(stage, 'GET', `${secrets}/a`);
  expect(await stored(etcd.endpoint, `${prefix}/a`)).toMatch(/^k8s:enc:aesgcm:v1:one:/);
  const rewritten = await update(before);
  expect(rewritten).toMatchObject({ status: 200 });
  expect(rewritten.body.metadata?.resourceVersion).not.toBe(before.body.metadata?.resourceVersion);
  expect(await stored(etcd.endpoint, `${prefix}/a`)).toMatch(/^k8s:enc:aesgcm:v1:two:/);
  expect((await update(rewritten)).body.metadata?.resourceVersion).toBe(rewritten.body.metadata?.resourceVersion);
  expect(await text(stage, '/readyz/kms-providers')).toEqual({ status: 200, body: 'ok' });
  expect((await text(stage, '/livez?verbose')).body).not.toContain('kms');
});

test('a value that was moved elsewhere cannot be read, which is told and counted, and others are', async () => {
  const value = await stored(etcd.endpoint, `${prefix}/a`);
  await put(etcd.endpoint, `${prefix}/z-moved`, value);
  expect(await ask(stage, 'GET', `${secrets}/z-moved`)).toMatchObject({ status: 500, body: { message: 'cipher: message authentication failed' } });
  expect(await ask(stage, 'GET', `${secrets}/a`)).toMatchObject({ status: 200 });
  expect((await text(stage, '/metrics')).body).toMatch(/^apiserver_storage_transformation_operations_total\{resource="secrets",status="unknown-non-grpc",transformation_type="from_storage",transformer_prefix="k8s:enc:aesgcm:v1:"\} [1-9]/m);
  expect(names((await ask(stage, 'GET', `${secrets}?resourceVersion=0`)).body)).toEqual(['a']);
});
