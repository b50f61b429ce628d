import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { encryptionFromFlags } from './encryption.ts';
import { parseFlags } from './flags.ts';

const dir = mkdtempSync(join(tmpdir(), 'encryption-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const key = (name: string) => ({ name, secret: Buffer.alloc(32, name).toString('base64') });
const providers = (...names: string[]) => [{ secretbox: { keys: names.map(key) } }, { identity: {} }];
const contentOf = (list: object[]) => stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'EncryptionConfiguration', resources: [{ resources: ['secrets'], providers: list }] });
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const hello = new TextEncoder().encode('hello');

let files = 0;
async function start(content: string, ...more: string[]) {
  const file = join(dir, `${files++}.yaml`);
  const errors: string[] = [];
  const log = { info: () => undefined, error: (err: unknown, message: string) => void errors.push(`${message}: ${err instanceof Error ? err.message : String(err)}`) };
  const write = (content: string) => {
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  };
  write(content);
  const config = await encryptionFromFlags(parseFlags([`--encryption-provider-config=${file}`, ...more]), log);
  const transformer = config.transformerForResource!({ group: '', resource: 'secrets' }, () => undefined);
  const written = () => transformer.transformToStorage(hello, 'key');
  const keyName = () => /^k8s:enc:secretbox:v1:(\w+):/.exec(text(written()))?.[1] ?? 'none';
  return { file, errors, write, transformer, written, keyName, checks: config.checks };
}

const reloading = '--encryption-provider-config-automatic-reload';

test('a file that changes decides how is written from then on; what was written before is read as long as it has the key', async () => {
  const { write, transformer, written, keyName, errors, checks } = await start(contentOf(providers('one')), reloading);
  const byOne = written();
  write(contentOf(providers('two', 'one')));
  await expect.poll(() => keyName()).toBe('two');
  expect(transformer.transformFromStorage(byOne, 'key')).toEqual({ data: hello, stale: true });
  expect(transformer.transformFromStorage(written(), 'key')).toEqual({ data: hello, stale: false });
  write(contentOf(providers('two')));
  await vi.waitFor(() => expect(() => transformer.transformFromStorage(byOne, 'key')).toThrow('no matching key was found for the provided Secretbox transformer'), { timeout: 20_000 });
  write(contentOf([{ identity: {} }, ...providers('two')]));
  await expect.poll(() => keyName()).toBe('none');
  expect(errors).toEqual([]);
  expect(checks).toMatchObject([{ name: 'kms-providers' }]);
});

test.each([
  ['is broken', '{'],
  ['is empty', ''],
  ['names no key', contentOf([{ aescbc: { keys: [] } }])],
])('a file that %s is told of, and the last good one goes on', async (_what, content) => {
  const { file, write, keyName, errors } = await start(contentOf(providers('one')), reloading);
  write(content);
  await expect.poll(() => errors).toContainEqual(expect.stringContaining(`error processing encryption config file: --encryption-provider-config: error while parsing file "${file}": `));
  expect(keyName()).toBe('one');
  write(contentOf(providers('two', 'one')));
  await expect.poll(() => keyName()).toBe('two');
});

test('without the flag the file counts as it was at the start, and there is no check', async () => {
  const { checks, keyName, write } = await start(contentOf(providers('one')));
  const reloaded = await start(contentOf(providers('one')), reloading);
  expect(checks).toBeUndefined();
  write(contentOf(providers('two')));
  reloaded.write(contentOf(providers('two')));
  await expect.poll(() => reloaded.keyName()).toBe('two');
  expect(keyName()).toBe('one');
});

test('the flag asks for a file', async () => {
  await expect(encryptionFromFlags(parseFlags([reloading]), { info: () => undefined, error: () => undefined })).rejects.toThrow('--encryption-provider-config-automatic-reload must be set with --encryption-provider-config');
});
