import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordingLog } from '../filters/testing.ts';
import { newBufferedBackend } from './buffered.ts';
import type { BatchConfig } from './buffered.ts';
import { event, recordingBackend } from './testing.ts';
import { TokenBucket } from './throttle.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = { now: () => Date.now() };
const settled = () => vi.advanceTimersByTimeAsync(0);

function buffered(config: Partial<BatchConfig> = {}, delegate = recordingBackend()) {
  const log = recordingLog();
  const backend = newBufferedBackend(delegate, { bufferSize: 10, maxBatchSize: 2, maxBatchWait: 30_000, asyncDelegate: true, ...config }, { log, clock });
  const send = (...ids: string[]) => ids.map((id) => backend.processEvents(event(id)) === true);
  return { log, delegate, backend, send };
}

test('sends a batch when it is full', async () => {
  const { delegate, send } = buffered();
  expect(send('a', 'b', 'c')).toEqual([true, true, true]);
  expect(delegate.batches).toEqual([]);
  await settled();
  expect(delegate.batches).toEqual([['a', 'b']]);
});

test('sends a batch that is not full when its time is over', async () => {
  const { delegate, send } = buffered();
  send('a');
  await vi.advanceTimersByTimeAsync(29_999);
  expect(delegate.batches).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(delegate.batches).toEqual([['a']]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(delegate.batches).toEqual([['a']]);
});

test('sends each event by itself where batches are of one', async () => {
  const { delegate, send } = buffered({ maxBatchSize: 1, asyncDelegate: false });
  send('a', 'b', 'c');
  await settled();
  expect(delegate.batches).toEqual([['a'], ['b'], ['c']]);
});

test('does not wait for a delegate that takes its time', async () => {
  const { delegate, send } = buffered({}, recordingBackend(() => new Promise(() => undefined)));
  send('a', 'b', 'c', 'd');
  await settled();
  expect(delegate.batches).toEqual([['a', 'b'], ['c', 'd']]);
});

test('sends so many batches at once, and so many a second after that', async () => {
  const { delegate, send } = buffered({ maxBatchSize: 1, throttle: { qps: 2, burst: 2 } });
  send('a', 'b', 'c', 'd');
  await settled();
  expect(delegate.batches.flat()).toEqual(['a', 'b']);
  await vi.advanceTimersByTimeAsync(500);
  expect(delegate.batches.flat()).toEqual(['a', 'b', 'c']);
  await vi.advanceTimersByTimeAsync(500);
  expect(delegate.batches.flat()).toEqual(['a', 'b', 'c', 'd']);
});

test('what finds the buffer full is lost, and said to be', async () => {
  const { log, delegate, send } = buffered({ bufferSize: 2, maxBatchSize: 1, throttle: { qps: 1, burst: 1 } });
  expect(send('a', 'b', 'c', 'd')).toEqual([true, true, true, true]);
  expect(log.lines).toMatchObject([{ err: new Error('audit buffer queue blocked'), message: "Error in audit plugin 'buffered' affecting 1 audit events", values: { events: [expect.stringContaining('id="d"')] } }]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(delegate.batches.flat()).toEqual(['a', 'b', 'c']);
});

test('shutting down sends all that was taken, then shuts the delegate down, and takes nothing more', async () => {
  const { log, delegate, backend, send } = buffered({ throttle: { qps: 1, burst: 1 } });
  send('a', 'b', 'c', 'd', 'e');
  const shutdown = backend.shutdown();
  send('late');
  await vi.advanceTimersByTimeAsync(1500);
  expect(delegate.closed).toBe(false);
  await vi.advanceTimersByTimeAsync(500);
  await shutdown;
  expect(delegate.batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect(delegate.closed).toBe(true);
  expect(log.lines).toMatchObject([{ err: new Error('audit backend shut down'), values: { events: [expect.stringContaining('id="late"')] } }]);
});

test('shutting down sends a batch that is not full', async () => {
  const { delegate, backend, send } = buffered();
  send('a');
  await backend.shutdown();
  expect(delegate.batches).toEqual([['a']]);
});

test.each([
  [10, 2, [0, 0, 100, 200]],
  [0.5, 1, [0, 2000, 4000, 6000]],
])('at %d a second, %d at once, four wait for %j milliseconds', (qps, burst, waits) => {
  const bucket = new TokenBucket(qps, burst, { now: () => 0 });
  expect(waits.map(() => bucket.reserve())).toEqual(waits);
});

test('a bucket is filled again, but not above its rim', () => {
  let now = 0;
  const bucket = new TokenBucket(10, 2, { now: () => now });
  bucket.reserve();
  bucket.reserve();
  now = 60_000;
  expect([bucket.reserve(), bucket.reserve(), bucket.reserve()]).toEqual([0, 0, 100]);
});
