/** A short soak: etcd and the server are killed while 16 clients write and three watch. `npm run soak` is the long one. */
import { expect, test } from 'vitest';
import { soak } from './soak.ts';

test('no write is lost, and nobody who watches misses or repeats a change', { timeout: 120_000 }, async () => {
  const { violations, acknowledged, resumed } = await soak({ cycles: 4, seed: 5, writers: 16 });
  expect(violations).toEqual([]);
  expect(acknowledged).toBeGreaterThan(50);
  expect(resumed).toBeGreaterThan(0);
});
