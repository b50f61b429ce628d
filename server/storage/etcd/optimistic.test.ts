import { expect, test } from 'vitest';
import { newContext } from '../testing/fixtures.ts';
import type { TxnRequest } from './client.ts';
import { newEmbeddedEtcd } from './embedded/embedded.ts';
import { optimisticDelete, optimisticPut } from './optimistic.ts';

const key = '/registry/pods/default/a';
const value = Uint8Array.of(1);

/** The transactions that were sent, beside what came of them. */
function recorded() {
  const client = newEmbeddedEtcd();
  const sent: TxnRequest[] = [];
  const target = { client: { ...client, txn: (request: TxnRequest) => (sent.push(request), client.txn(request)) }, hidesValues: () => false };
  return { client, sent, target };
}

test('a write that does not want to know what is there instead does not ask for it', async () => {
  const { client, sent, target } = recorded();
  const put = (getOnFailure: boolean) => optimisticPut(newContext(), target, key, value, 0, { lease: undefined, getOnFailure });
  expect(await put(false)).toMatchObject({ succeeded: true, revision: 2 });
  expect(await put(false)).toMatchObject({ succeeded: false, kv: undefined });
  expect(await put(true)).toMatchObject({ succeeded: false, kv: { modRevision: 2, value } });
  expect(sent.map(({ failure }) => failure.length)).toEqual([0, 0, 1]);
  client.close();
});

test('a delete that is too late is told what is there instead', async () => {
  const { client, target } = recorded();
  await optimisticPut(newContext(), target, key, value, 0, { lease: undefined, getOnFailure: false });
  expect(await optimisticDelete(newContext(), target, key, 1)).toMatchObject({ succeeded: false, kv: { modRevision: 2 } });
  expect(await optimisticDelete(newContext(), target, key, 2)).toMatchObject({ succeeded: true, revision: 3 });
  client.close();
});
