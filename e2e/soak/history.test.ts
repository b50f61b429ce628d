import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEtcd } from '../../server/node/etcd-client.ts';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { followHistory, markOf } from './history.ts';

let etcd: RunningEtcd;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

test('all writes are read, also those that etcd does not tell in one message, and those around its end', async () => {
  // etcd tells a thousand revisions at once
  const writes = 1500;
  const uid = crypto.randomUUID();
  const client = await connectEtcd({ endpoints: [etcd.endpoint] });
  const put = (n: number) => client.txn({ compare: [], success: [{ op: 'put', key: `/soak/${n % 7}`, value: new TextEncoder().encode(`${uid} ${markOf(n)}`) }], failure: [] });
  for (let n = 0; n < writes; n++) await put(n);
  const history = await followHistory(etcd.endpoint, '/soak/');
  await etcd.restart();
  await expect.poll(() => put(writes).then(({ succeeded }) => succeeded, () => false)).toBe(true);
  await client.txn({ compare: [], success: [{ op: 'deleteRange', key: '/soak/1' }], failure: [] });
  client.close();

  const all = await history.end();
  expect(all.map(({ mark }) => mark)).toEqual([...Array.from({ length: writes + 1 }, (_, n) => markOf(n)), markOf(writes - 1)]);
  expect(all.at(-2)).toMatchObject({ key: String(writes % 7), type: 'put', uid });
  expect(all.at(-1)).toMatchObject({ key: '1', type: 'delete', uid });
});
