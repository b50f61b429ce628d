/**
 * Time, with timers that a test can move.
 *
 * Upstream: k8s.io/utils/clock (WithDelayedExecution).
 */
import type { Clock } from '../http/context.ts';

export interface Timer {
  stop(): void;
}

export interface WithDelayedExecution extends Clock {
  /** Calls `fn` once, after so many milliseconds. */
  afterFunc(ms: number, fn: () => void): Timer;
}

/** The longest that a timer of JavaScript waits; one that is longer would run at once. */
const LONGEST = 2 ** 31 - 1;

export const realClock: WithDelayedExecution = {
  now: () => Date.now(),
  afterFunc(ms, fn) {
    const timer = setTimeout(fn, Math.min(ms, LONGEST));
    return { stop: () => clearTimeout(timer) };
  },
};

/** Resolves after so many milliseconds, or as soon as the signal is aborted. */
export function sleep(clock: WithDelayedExecution, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      timer.stop();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = clock.afterFunc(ms, finish);
    signal?.addEventListener('abort', finish);
  });
}

/** Calls `fn` now and then every so many milliseconds after it has come to its end. */
export async function until(clock: WithDelayedExecution, ms: number, signal: AbortSignal, fn: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await fn();
    await sleep(clock, ms, signal);
  }
}
