import { describe, expect, test } from 'vitest';
import { newBucketRateLimiter, newItemExponentialFailureRateLimiter, newMaxOfRateLimiter } from './rate-limiters.ts';
import { newDelayingQueue, newRateLimitingQueue } from './rate-limiting-queue.ts';
import { runWorkers } from './run-workers.ts';
import { newFakeClock } from './testing/fake-clock.ts';
import { newWorkQueue } from './work-queue.ts';

const log = { info: () => undefined, error: () => undefined };

describe('a work queue', () => {
  test('has each item once, in the order in which they came', async () => {
    const queue = newWorkQueue<string>();
    for (const item of ['a', 'b', 'a', 'c']) queue.add(item);
    expect(queue.len()).toBe(3);
    expect([await queue.get(), await queue.get(), await queue.get()].map(({ item }) => item)).toEqual(['a', 'b', 'c']);
  });

  test('hands out again what came back while it was worked at, and not before that is done', async () => {
    const queue = newWorkQueue<string>();
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('a');
    expect(queue.len()).toBe(0);
    queue.done('a');
    expect(queue.len()).toBe(1);
    await queue.get();
    queue.done('a');
    expect(queue.len()).toBe(0);
  });

  test('gives an item to one of those who wait', async () => {
    const queue = newWorkQueue<string>();
    const gets = [queue.get(), queue.get()];
    queue.add('a');
    queue.add('b');
    expect((await Promise.all(gets)).map(({ item }) => item).sort()).toEqual(['a', 'b']);
  });

  test('that is shut down hands out what waits and takes nothing', async () => {
    const queue = newWorkQueue<string>();
    queue.add('a');
    queue.shutDown();
    queue.add('b');
    expect(await queue.get()).toEqual({ item: 'a', shutdown: false });
    expect(await queue.get()).toEqual({ item: undefined, shutdown: true });
  });

  test('drains when what is worked at is done', async () => {
    const queue = newWorkQueue<string>();
    queue.add('a');
    await queue.get();
    let drained = false;
    const drain = queue.shutDownWithDrain().then(() => (drained = true));
    await Promise.resolve();
    expect(drained).toBe(false);
    queue.done('a');
    expect(await drain).toBe(true);
  });
});

describe('a delaying queue', () => {
  test('brings an item at its time, the earliest of several', async () => {
    const clock = newFakeClock();
    const queue = newDelayingQueue<string>(clock);
    queue.addAfter('a', 100);
    queue.addAfter('a', 50);
    queue.addAfter('a', 200);
    clock.step(49);
    expect(queue.len()).toBe(0);
    clock.step(1);
    expect(queue.len()).toBe(1);
    clock.step(1000);
    expect(queue.len()).toBe(1);
    expect(clock.waiters()).toBe(0);
  });

  test('that is shut down waits for nothing', () => {
    const clock = newFakeClock();
    const queue = newDelayingQueue<string>(clock);
    queue.addAfter('a', 100);
    queue.shutDown();
    expect(clock.waiters()).toBe(0);
  });
});

describe('a rate limiter', () => {
  test('doubles the time with each failure, up to a limit, until it is forgotten', () => {
    const limiter = newItemExponentialFailureRateLimiter<string>(5, 30);
    expect([1, 2, 3, 4, 5].map(() => limiter.when('a'))).toEqual([5, 10, 20, 30, 30]);
    expect(limiter.numRequeues('a')).toBe(5);
    expect(limiter.when('b')).toBe(5);
    limiter.forget('a');
    expect(limiter.when('a')).toBe(5);
  });

  test('of a bucket lets a burst pass and then so many a second', () => {
    const clock = newFakeClock();
    const limiter = newBucketRateLimiter<string>(10, 3, clock);
    expect([1, 2, 3, 4, 5].map(() => limiter.when(''))).toEqual([0, 0, 0, 100, 200]);
    clock.step(1000);
    expect(limiter.when('')).toBe(0);
  });

  test('of several says the longest', () => {
    const limiter = newMaxOfRateLimiter(newItemExponentialFailureRateLimiter<string>(5, 30), newItemExponentialFailureRateLimiter<string>(7, 30));
    expect([limiter.when('a'), limiter.when('a'), limiter.numRequeues('a')]).toEqual([7, 14, 2]);
  });
});

test('workers bring back what failed, forget what went well, and never work at one item twice at a time', async () => {
  const clock = newFakeClock();
  const queue = newRateLimitingQueue<string>(clock, newItemExponentialFailureRateLimiter(10, 1000));
  const stop = new AbortController();
  const under = new Set<string>();
  const seen: string[] = [];
  const running = runWorkers({ name: 'test', queue, workers: 3, log, async sync(item) {
    expect(under.has(item)).toBe(false);
    under.add(item);
    await Promise.resolve();
    under.delete(item);
    seen.push(item);
    if (seen.filter((each) => each === item).length < 3) throw new Error('not yet');
  } }, stop.signal);
  for (const item of ['a', 'b', 'c', 'd']) queue.add(item);
  for (let i = 0; i < 100; i++) {
    clock.step(10);
    await Promise.resolve();
  }
  expect(seen.sort()).toEqual(['a', 'b', 'c', 'd'].flatMap((item) => [item, item, item]));
  expect(queue.numRequeues('a')).toBe(0);
  stop.abort();
  await running;
});
