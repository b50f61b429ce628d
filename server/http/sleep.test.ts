import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sleep } from './sleep.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('takes its time', async () => {
  const done = vi.fn();
  void sleep(1000, new AbortController().signal).then(done);
  await vi.advanceTimersByTimeAsync(999);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(done).toHaveBeenCalled();
});

test('ends when it is not wanted any more, and leaves no timer', async () => {
  const unwanted = new AbortController();
  const slept = sleep(1000, unwanted.signal);
  unwanted.abort();
  await slept;
  expect(vi.getTimerCount()).toBe(0);
});

test('does not begin when it was never wanted', async () => {
  await sleep(1000, AbortSignal.abort());
  expect(vi.getTimerCount()).toBe(0);
});
