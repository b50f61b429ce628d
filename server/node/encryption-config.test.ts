import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { newEtcdStore } from '../storage/etcd/store.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import { newContext, pod, storeOptions } from '../storage/testing/fixtures.ts';
import { loadEncryptionConfig } from './encryption-config.ts';

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'encryption-'))));
afterAll(() => rm(dir, { recursive: true }));

const key = (name: string, byte: number, length = 32) => ({ name, secret: Buffer.alloc(length, byte).toString('base64') });
const [one, two] = [key('one', 1), key('two', 2)];
const kind = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'EncryptionConfiguration' };
const config = (providers: object[], resources = ['pods']) => ({ ...kind, resources: [{ resources, providers }] });
const text = new TextDecoder();

async function load(content: unknown) {
  const file = join(dir, 'encryption.yaml');
  await writeFile(file, typeof content === 'string' ? content : stringify(content));
  return loadEncryptionConfig(file);
}

/** The store as a server with this configuration has it. */
async function storeWith(client: ReturnType<typeof newEmbeddedEtcd>, content: object) {
  return newEtcdStore({ ...storeOptions, client, transformer: (await load(content))(storeOptions.groupResource) });
}

test.each(['aesgcm', 'aescbc', 'secretbox'])('objects lie encrypted with %s, and are rewritten with the new key when it is rotated', async (cipher) => {
  const client = newEmbeddedEtcd();
  const ctx = newContext();
  const stored = async () => text.decode((await client.range({ key: '/registry/pods/default/a' })).kvs[0]?.value);
  const rewrite = { ignoreNotFound: false, tryUpdate: (current: unknown) => current as ReturnType<typeof pod> };

  const plain = newEtcdStore({ ...storeOptions, client });
  await plain.create(ctx, '/pods/default/a', pod('a'));

  const before = await storeWith(client, config([{ [cipher]: { keys: [one] } }, { identity: {} }]));
  // nothing changes, and yet it is written: it lay there in plain
  await before.guaranteedUpdate(ctx, '/pods/default/a', rewrite);
  expect(await stored()).toMatch(new RegExp(`^k8s:enc:${cipher}:v1:one:`));
  expect(await stored()).not.toContain('"Pod"');
  expect((await before.get(ctx, '/pods/default/a', { resourceVersion: '' })).metadata.name).toBe('a');

  const rotated = await storeWith(client, config([{ [cipher]: { keys: [two, one] } }]));
  const { metadata } = await rotated.guaranteedUpdate(ctx, '/pods/default/a', rewrite);
  expect(await stored()).toMatch(new RegExp(`^k8s:enc:${cipher}:v1:two:`));
  // written with the current key, it is left alone
  expect((await rotated.guaranteedUpdate(ctx, '/pods/default/a', rewrite)).metadata.resourceVersion).toBe(metadata.resourceVersion);

  const after = await storeWith(client, config([{ [cipher]: { keys: [one] } }]));
  await expect(after.get(ctx, '/pods/default/a', { resourceVersion: '' })).rejects.toThrow(/no matching key was found for the provided (AES|Secretbox) transformer/);
  client.close();
});

test('a list before goes before one behind, a name before a wildcard', async () => {
  const transformerFor = await load({
    ...kind,
    resources: [
      { resources: ['events'], providers: [{ identity: {} }] },
      { resources: ['secrets', '*.apps'], providers: [{ aescbc: { keys: [one] } }] },
      { resources: ['*.*'], providers: [{ secretbox: { keys: [two] } }] },
    ],
  });
  const writes = (resource: string, group = '') => text.decode(transformerFor({ group, resource }).transformToStorage(new Uint8Array(), 'key')).split(':v1')[0];
  expect([writes('events'), writes('secrets'), writes('deployments', 'apps'), writes('pods')]).toEqual(['', 'k8s:enc:aescbc', 'k8s:enc:aescbc', 'k8s:enc:secretbox']);
});

test.each([
  ['', 'it is empty'],
  ['apiVersion: v1\nkind: Secret\n', 'apiVersion: Invalid input: expected "apiserver.config.k8s.io/v1"'],
  ['{', 'Flow map'],
  [{ ...kind }, 'resources: Required value: at least one resources is required'],
  [{ ...config([{ identity: {} }]), more: 1 }, 'the document: Unrecognized key: "more"'],
  [config([]), 'resources[0].providers: Required value: at least one resources[0].providers is required'],
  [config([{}]), 'resources[0].providers[0]: Invalid value: {}: provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity'],
  [config([{ aescbc: { keys: [one] }, identity: {} }]), 'resources[0].providers[0]: Invalid value: "aescbc,identity": more than one provider'],
  [config([{ kms: { name: 'a' } }]), 'resources[0].providers[0].kms: Forbidden: KMS is not supported by this server'],
  [config([{ aescbc: { keys: [] } }]), 'resources[0].providers[0].aescbc.keys: Required value: at least one keys is required'],
  [config([{ aescbc: { keys: [key('a', 1, 31)] } }]), 'resources[0].providers[0].aescbc.keys[0].secret: Invalid value: "REDACTED": secret is not of the expected length, got 31, expected one of [16 24 32]'],
  [config([{ secretbox: { keys: [key('a', 1, 16)] } }]), 'got 16, expected one of [32]'],
  [config([{ aesgcm: { keys: [{ name: 'a', secret: 'no base64' }] } }]), 'keys[0].secret: Invalid value: "REDACTED": secrets must be base64 encoded'],
  [config([{ aesgcm: { keys: [{ secret: one.secret }] } }]), 'keys[0].name: Required value: name is a mandatory field for a key'],
  [config([{ identity: {} }], []), 'resources[0].resources: Required value'],
  [config([{ identity: {} }], ['secrets', 'secrets']), 'the same resource cannot be specified multiple times'],
  [config([{ identity: {} }], ['secrets', '*.']), 'using overlapping resources'],
  [config([{ identity: {} }], ['Secrets']), 'resources[0].resources[0]: Invalid value: "Secrets": resource name should not contain capital letters'],
  [config([{ identity: {} }], ['*']), "use '*.' to encrypt all the resources from core API group"],
  [config([{ identity: {} }], ['ingresses.extensions']), "'extensions' group has been removed"],
  [config([{ identity: {} }], ['secrets.*']), 'encrypting the same resource across groups is not supported'],
  [{ ...kind, resources: [{ resources: ['*.*'], providers: [{ identity: {} }] }, { resources: ['secrets'], providers: [{ identity: {} }] }] }, 'resource "secrets" is masked by earlier rule "*.*"'],
])('%j is refused in one line that names the file and the place', async (content, why) => {
  const refused = expect(load(content)).rejects;
  await refused.toThrow(`error while parsing file "${join(dir, 'encryption.yaml')}": `);
  await refused.toThrow(why);
  await refused.not.toThrow('\n');
});
