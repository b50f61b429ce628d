import { expect, test } from 'vitest';
import { everything } from '../selection-predicate.ts';
import { newContext, pod, storeOptions } from '../testing/fixtures.ts';
import { identityTransformer } from '../value/transformer.ts';
import { interpretingCorruption, isCorruptObject, withUnsafeCorruptObjectDeletion } from './corrupt-object.ts';
import { newEmbeddedEtcd } from './embedded/embedded.ts';
import { newEtcdStore } from './store.ts';

function start() {
  const client = newEmbeddedEtcd();
  const stored = interpretingCorruption({ codec: storeOptions.codec, transformer: identityTransformer });
  const { pathPrefix, groupResource } = storeOptions;
  const storage = withUnsafeCorruptObjectDeletion(newEtcdStore({ ...storeOptions, ...stored, client }), { client, stored, pathPrefix, groupResource });
  const put = (name: string, value: string) => client.txn({ compare: [], success: [{ op: 'put', key: `/registry/pods/default/${name}`, value: new TextEncoder().encode(value) }], failure: [] });
  return { storage, put, ctx: newContext() };
}
const everywhere = { resourceVersion: '', resourceVersionMatch: '', predicate: everything } as const;

test.each([
  ['not decodable', 'gone bad', 'object not decodable revision=2: '],
  ['encrypted by somebody else', 'k8s:enc:aescbc:v1:key:x', 'data from the storage is not transformable revision=0: identity transformer tried to read encrypted data'],
])('a value that is %s is a corrupt object', async (_what, value, why) => {
  const { storage, put, ctx } = start();
  await put('bad', value);
  const err: unknown = await storage.get(ctx, '/pods/default/bad', { resourceVersion: '' }).catch((err: unknown) => err);
  expect(err).toMatchObject({ status: { code: 500, reason: 'InternalError', message: expect.stringContaining(`StorageError: corrupt object, Code: 7, Key: /pods/default/bad, ResourceVersion: 0, AdditionalErrorMsg: ${why}`) as string } });
  expect(isCorruptObject(err)).toBe(true);
});

test('a list tells of a hundred, and that there are more', async () => {
  const { storage, put, ctx } = start();
  await storage.create(ctx, '/pods/default/good', pod('good'));
  for (let n = 0; n < 101; n++) await put(`bad-${String(n).padStart(3, '0')}`, 'gone bad');
  const err: unknown = await storage.getList(ctx, '/pods/', everywhere).catch((err: unknown) => err);
  expect(err).toMatchObject({ status: { code: 500, reason: 'StorageReadError', details: { kind: 'pods', name: 'list', causes: expect.objectContaining({ length: 101 }) as unknown } } });
  const { causes } = (err as { status: { details: { causes: { field?: string; message: string }[] } } }).status.details;
  expect([causes[0]?.field, causes[99]?.field, causes[100]?.message]).toEqual(['/registry/pods/default/bad-000', '/registry/pods/default/bad-099', 'too many errors, the list is truncated']);
});

test('it is deleted unread; one that is gone is not found, and what can be read is deleted as ever', async () => {
  const { storage, put, ctx } = start();
  const unread = { validateDeletion: () => Promise.reject(new Error('nobody is asked')), ignoreStoreReadError: true };
  await put('bad', 'gone bad');
  await storage.create(ctx, '/pods/default/good', pod('good'));
  await storage.delete(ctx, '/pods/default/bad', unread);
  expect((await storage.getList(ctx, '/pods/', everywhere)).items.map(({ metadata: { name } }) => name)).toEqual(['good']);
  await expect(storage.delete(ctx, '/pods/default/bad', unread)).rejects.toThrow('pods "bad" not found');
  await expect(storage.delete(ctx, '/pods/default/good', { validateDeletion: unread.validateDeletion })).rejects.toThrow('nobody is asked');
  expect((await storage.delete(ctx, '/pods/default/good', { validateDeletion: () => undefined })).metadata.name).toBe('good');
});
