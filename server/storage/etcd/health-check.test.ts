import { expect, test } from 'vitest';
import type { EtcdClient } from './client.ts';
import { newEtcdCheck } from './health-check.ts';

const timeout = 20;
const empty = { revision: 1, kvs: [], more: false, count: 0 };

function check(range: EtcdClient['range']) {
  const asked: string[] = [];
  const clock = { time: 0, now: () => clock.time };
  const etcd: Pick<EtcdClient, 'range'> = {
    range(request, caller) {
      asked.push(request.key);
      return range(request, caller);
    },
  };
  return { ask: newEtcdCheck({ etcd, etcdPrefix: '/registry', clock }, timeout), clock, asked };
}

test('etcd is well when it answers a read', async () => {
  const { ask, asked } = check(() => Promise.resolve(empty));
  await ask();
  expect(asked).toEqual(['/registry/health']);
});

test('what etcd says is told', async () => {
  const { ask } = check(() => Promise.reject(new Error('etcdserver: no leader')));
  await expect(ask()).rejects.toThrow('error getting data from etcd: etcdserver: no leader');
});

test('an etcd that does not answer is waited for as long as it was given', async () => {
  const { ask } = check((_, caller) => new Promise((_resolve, reject) => caller?.signal.addEventListener('abort', () => reject(caller.signal.reason))));
  await expect(ask()).rejects.toThrow('error getting data from etcd: context deadline exceeded');
});

test('half of that time passes before etcd is asked again', async () => {
  let failing = true;
  const { ask, clock, asked } = check(() => (failing ? Promise.reject(new Error('away')) : Promise.resolve(empty)));
  await expect(ask()).rejects.toThrow('away');
  failing = false;
  clock.time = timeout / 2 - 1;
  await expect(ask()).rejects.toThrow('away');
  clock.time = timeout / 2;
  await ask();
  expect(asked).toHaveLength(2);
});
