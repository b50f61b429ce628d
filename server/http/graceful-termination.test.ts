import { trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RequestWaitGroup } from '../filters/request-wait-group.ts';
import { Cancellation } from './cancellation.ts';
import { RequestContext } from './context.ts';
import { terminateGracefully } from './graceful-termination.ts';
import type { TerminationOptions } from './graceful-termination.ts';
import { newLifecycleSignals } from './lifecycle-signals.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tracer = trace.getTracer('test');

function setUp(options: Partial<TerminationOptions> = {}) {
  const signals = newLifecycleSignals();
  const happened: string[] = [];
  for (const [name, signal] of Object.entries(signals)) void signal.wait().then(() => happened.push(name));
  const groups = { nonLongRunningRequests: new RequestWaitGroup(), watchRequests: new RequestWaitGroup() };
  const [request, watch] = [groups.nonLongRunningRequests, groups.watchRequests].map((group) => {
    const ctx = new RequestContext(new Cancellation(), tracer, tracer.startSpan('x'));
    group.add(ctx);
    return ctx;
  });
  watch!.onAbort(() => {
    happened.push('watch ended');
    groups.watchRequests.done(watch!);
  });
  const http = { shutdown: async (timeout: number) => void happened.push(`http ${timeout}`) };
  const defaults = { shutdownDelayDuration: 5000, shutdownSendRetryAfter: false, shutdownWatchTerminationGracePeriod: 0, requestTimeout: 60_000 };
  const done = terminateGracefully({ ...defaults, signals, ...groups, ...options }, http).then(() => void happened.push('done'));
  return { happened, groups, done, answer: () => groups.nonLongRunningRequests.done(request!) };
}

test('goes on for the delay, listens no more, ends watches, and waits for what is in flight', async () => {
  const { happened, done, answer } = setUp();
  await vi.advanceTimersByTimeAsync(4999);
  expect(happened).toEqual(['shutdownInitiated']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(happened).toEqual(['shutdownInitiated', 'http 60000', 'watch ended', 'notAcceptingNewRequest']);
  answer();
  await done;
  expect(happened.slice(4)).toEqual(['inFlightRequestsDrained', 'done']);
});

test('listens until all is answered where others are to be told', async () => {
  const { happened, done, answer } = setUp({ shutdownSendRetryAfter: true });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(happened).toEqual(['shutdownInitiated', 'watch ended', 'notAcceptingNewRequest']);
  answer();
  await done;
  expect(happened.slice(3)).toEqual(['http 2000', 'inFlightRequestsDrained', 'done']);
});

test('has nothing to delay where there is no HTTP', async () => {
  const signals = newLifecycleSignals();
  const options = { shutdownDelayDuration: 3_600_000, shutdownSendRetryAfter: false, shutdownWatchTerminationGracePeriod: 0, requestTimeout: 60_000 };
  await terminateGracefully({ ...options, signals, nonLongRunningRequests: new RequestWaitGroup(), watchRequests: new RequestWaitGroup() });
  expect(signals.inFlightRequestsDrained.signaled).toBe(true);
});
