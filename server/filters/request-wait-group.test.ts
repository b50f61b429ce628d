import { trace } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';
import { Cancellation } from '../http/cancellation.ts';
import { RequestContext } from '../http/context.ts';
import { RequestWaitGroup } from './request-wait-group.ts';

const tracer = trace.getTracer('test');
afterEach(() => void vi.useRealTimers());

/** `count` requests that end when they are told to, or never. */
function requests(count: number, deaf = false) {
  const group = new RequestWaitGroup();
  for (let n = 0; n < count; n++) {
    const ctx = new RequestContext(new Cancellation(), tracer, tracer.startSpan('x'));
    group.add(ctx);
    if (!deaf) ctx.onAbort(() => group.done(ctx));
  }
  return group;
}

test('ends all at once where there is no time', async () => {
  const group = requests(1000);
  await group.end(new Error('over'), 0);
  expect(group.size).toBe(0);
});

test.each([
  ['at the least rate', 100, 60_000, 250, 50],
  ['as fast as the time asks for', 10_000, 10_000, 5000, 5000],
])('spreads the ends over the time: %s', async (_, count, grace, after, left) => {
  vi.useFakeTimers();
  const group = requests(count);
  const ended = group.end(new Error('over'), grace);
  await vi.advanceTimersByTimeAsync(after - 1);
  expect(group.size).toBe(left);
  await vi.advanceTimersByTimeAsync(after + 50);
  await ended;
  expect(group.size).toBe(0);
});

test('waits no longer than the time for those that do not end', async () => {
  vi.useFakeTimers();
  const group = requests(1, true);
  const ended = group.end(new Error('over'), 3000);
  await vi.advanceTimersByTimeAsync(3000);
  await ended;
  expect(group.size).toBe(1);
});
