import { expect, test } from 'vitest';
import { StatusError } from '../../http/status.ts';
import type { EtcdClient } from './client.ts';
import { EtcdRequestError, EtcdUnavailableError } from './client.ts';
import { newEmbeddedEtcd } from './embedded/embedded.ts';
import { answeringUnavailable } from './errors.ts';

const txn = { compare: [], success: [], failure: [] };

/** What is answered when etcd's own answer is this. */
async function answered(err: Error, call: (client: EtcdClient) => Promise<unknown>): Promise<unknown> {
  const fail = () => Promise.reject(err);
  return call(answeringUnavailable({ ...newEmbeddedEtcd(), range: fail, txn: fail, leaseGrant: fail })).catch((err: unknown) => (err instanceof StatusError ? err.status : err));
}

test.each<[string, (client: EtcdClient) => Promise<unknown>]>([
  ['a read', (client) => client.range({ key: 'a' })],
  ['a write', (client) => client.txn(txn)],
  ['a lease', (client) => client.leaseGrant(1)],
])('%s that cannot reach etcd is to be tried again', async (_, call) => {
  expect(await answered(new EtcdUnavailableError('no connection'), call)).toMatchObject({ code: 503, reason: 'ServiceUnavailable', message: 'etcd cannot be reached: no connection', details: { retryAfterSeconds: 1 } });
});

test('a write that etcd may have made is not to be repeated blindly', async () => {
  const lost = new EtcdUnavailableError('etcdserver: request timed out', { mayBeDone: true });
  expect(await answered(lost, (client) => client.txn(txn))).toBe(lost);
});

test('a read that was lost is, whatever became of it', async () => {
  expect(await answered(new EtcdUnavailableError('connection reset', { mayBeDone: true }), (client) => client.range({ key: 'a' }))).toMatchObject({ code: 503, details: { retryAfterSeconds: 1 } });
});

test("etcd's own refusals stay as they are", async () => {
  const full = new EtcdRequestError('etcdserver: mvcc: database space exceeded');
  expect(await answered(full, (client) => client.txn(txn))).toBe(full);
});
