import { expect, test } from 'vitest';
import { newExponentialBackoffManager } from './backoff.ts';
import { newFakeClock } from './testing/fake-clock.ts';

const options = { initial: 800, max: 30_000, reset: 120_000, factor: 2, jitter: 1 };

test('waits grow up to a limit, and start over after a time without failure', () => {
  const clock = newFakeClock();
  const backoff = newExponentialBackoffManager({ ...options, clock, random: () => 0 });
  expect([1, 2, 3, 4, 5, 6, 7].map(() => backoff.next())).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000]);
  clock.step(120_000);
  expect(backoff.next()).toBe(30_000);
  clock.step(120_001);
  expect(backoff.next()).toBe(800);
});

test('up to as much again is added at random', () => {
  const backoff = newExponentialBackoffManager({ ...options, clock: newFakeClock(), random: () => 0.5 });
  expect(backoff.next()).toBe(1200);
});
