import { expect, test } from 'vitest';
import { LeaseManager } from './lease-manager.ts';

function start(reuseDurationSeconds = 60) {
  const clock = { time: 0, now: () => clock.time };
  const granted: number[] = [];
  const leases = new LeaseManager({ leaseGrant: async (ttl) => String(granted.push(ttl)) }, clock, reuseDurationSeconds);
  return { clock, granted, leases };
}

test('objects of one hour share a lease for a minute', async () => {
  const { clock, granted, leases } = start();
  const ids: string[] = [];
  for (const second of [0, 30, 59, 61]) {
    clock.time = second * 1000;
    ids.push(await leases.getLease(3600));
  }
  expect(ids).toEqual(['1', '1', '1', '2']);
  expect(granted).toEqual([3660, 3660]);
});

test('--lease-reuse-duration-seconds shortens that minute', async () => {
  const { clock, granted, leases } = start(10);
  const ids: string[] = [];
  for (const second of [0, 9, 11]) {
    clock.time = second * 1000;
    ids.push(await leases.getLease(3600));
  }
  expect(ids).toEqual(['1', '1', '2']);
  expect(granted).toEqual([3610, 3610]);
});

test('a lease takes a thousand objects', async () => {
  const { leases } = start();
  const ids = await Promise.all(Array.from({ length: 1001 }, () => leases.getLease(3600)));
  expect([ids[999], ids[1000]]).toEqual(['1', '2']);
});

test('a lease that was refused is not handed out again', async () => {
  let isDown = true;
  const leases = new LeaseManager({ leaseGrant: () => (isDown ? Promise.reject(new Error('down')) : Promise.resolve('1')) }, { now: () => 0 }, 60);
  await expect(leases.getLease(60)).rejects.toThrow('down');
  isDown = false;
  expect(await leases.getLease(60)).toBe('1');
});

test('says how many objects a lease was asked for when there is another', async () => {
  const attached: number[] = [];
  const leases = new LeaseManager({ leaseGrant: async () => '1' }, { now: () => 0 }, 60, (count) => void attached.push(count));
  for (let n = 0; n < 1001; n++) await leases.getLease(3600);
  // the first one, and the object that found no place, count too
  expect(attached).toEqual([1, 1001]);
});
