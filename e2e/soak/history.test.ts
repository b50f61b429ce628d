import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEtcd } from '../../server/node/etcd-client.ts';
import { startEtcd } from '../setup/etcd.ts';
import type { RunningEtcd } from '../setup/etcd.ts';
import { markOf, readHistory } from './history.ts';

let etcd: RunningEtcd;

beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.stop());

test('all writes are read, also those that etcd does not tell in one message', async () => {
  // etcd tells a thousand revisions at once
  const writes = 1500;
  const uid = crypto.randomUUID();
  const client = await connectEtcd({ endpoints: [etcd.endpoint] });
  for (let n = 0; n < writes; n++) {
    await client.txn({ compare: [], success: [{ op: 'put', key: `/soak/${n % 7}`, value: new TextEncoder().encode(`${uid} ${markOf(n)}`) }], failure: [] });
  }
  client.close();
  const history = await readHistory(etcd.endpoint, '/soak/');
  expect(history).toHaveLength(writes);
  expect(history.at(-1)).toMatchObject({ key: String((writes - 1) % 7), type: 'put', mark: markOf(writes - 1), uid });
});
