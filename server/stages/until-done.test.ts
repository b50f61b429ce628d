import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { untilDone } from './until-done.ts';

const silent = { info: () => undefined, error: () => undefined };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what fails while etcd is away is done when it is back', async () => {
  const work = vi.fn().mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away')).mockResolvedValue(undefined);
  const done = untilDone(silent, new AbortController().signal, work);
  await vi.runAllTimersAsync();
  await done;
  expect(work).toHaveBeenCalledTimes(3);
});

test('what never succeeds is given up after half a minute', async () => {
  const work = vi.fn().mockRejectedValue(new Error('away'));
  const start = Date.now();
  const failed = expect(untilDone(silent, new AbortController().signal, work)).rejects.toThrow('away');
  await vi.runAllTimersAsync();
  await failed;
  expect(Date.now() - start).toBe(29_000);
});

test('a server that is told to stop does not go on', async () => {
  const stopped = new AbortController();
  const work = vi.fn().mockImplementation(async () => {
    stopped.abort();
    throw new Error('away');
  });
  await expect(untilDone(silent, stopped.signal, work)).rejects.toThrow('away');
  expect(work).toHaveBeenCalledTimes(1);
});
