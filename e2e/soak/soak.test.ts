/** A short soak: etcd and two servers are killed while 16 clients write, four read and nine watch. `npm run soak` is the long one. */
import { expect, test } from 'vitest';
import { soak } from './soak.ts';

test('no write is lost, and nobody who watches misses or repeats a change', { timeout: 240_000 }, async () => {
  const { violations, operations, observers, informers, lists } = await soak({ cycles: 6, seed: 5, writers: 16 });
  expect(violations).toEqual([]);
  expect(operations.ok).toBeGreaterThan(50);
  expect(lists).toBeGreaterThan(5);
  expect(observers.events).toBeGreaterThan(50);
  expect(observers.watches).toBeGreaterThan(3);
  expect(informers.told).toBeGreaterThan(50);
  expect(informers.watches).toBeGreaterThan(6);
});
