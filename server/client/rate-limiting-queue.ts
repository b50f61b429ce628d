/**
 * A work queue to which something can come back: after a time, or after as long as its failures ask for.
 *
 * Upstream: k8s.io/client-go/util/workqueue (delaying_queue.go, rate_limiting_queue.go).
 */
import type { Timer, WithDelayedExecution } from './clock.ts';
import type { RateLimiter } from './rate-limiters.ts';
import { defaultControllerRateLimiter } from './rate-limiters.ts';
import type { WorkQueue } from './work-queue.ts';
import { newWorkQueue } from './work-queue.ts';

export interface DelayingQueue<T> extends WorkQueue<T> {
  /** Adds it after so many milliseconds; of several times the earliest counts. */
  addAfter(item: T, ms: number): void;
}

export interface RateLimitingQueue<T> extends DelayingQueue<T> {
  addRateLimited(item: T): void;
  forget(item: T): void;
  numRequeues(item: T): number;
}

export function newDelayingQueue<T>(clock: WithDelayedExecution): DelayingQueue<T> {
  const queue = newWorkQueue<T>();
  const waiting = new Map<T, { at: number; timer: Timer }>();

  function stop(): void {
    for (const { timer } of waiting.values()) timer.stop();
    waiting.clear();
  }

  return {
    ...queue,
    addAfter(item, ms) {
      if (queue.shuttingDown()) return;
      if (ms <= 0) return queue.add(item);
      const at = clock.now() + ms;
      const before = waiting.get(item);
      if (before && before.at <= at) return;
      before?.timer.stop();
      const ready = () => {
        waiting.delete(item);
        queue.add(item);
      };
      waiting.set(item, { at, timer: clock.afterFunc(ms, ready) });
    },
    shutDown() {
      stop();
      queue.shutDown();
    },
    shutDownWithDrain() {
      stop();
      return queue.shutDownWithDrain();
    },
  };
}

export function newRateLimitingQueue<T>(clock: WithDelayedExecution, limiter: RateLimiter<T> = defaultControllerRateLimiter<T>(clock)): RateLimitingQueue<T> {
  const queue = newDelayingQueue<T>(clock);
  return {
    ...queue,
    addRateLimited: (item) => queue.addAfter(item, limiter.when(item)),
    forget: (item) => limiter.forget(item),
    numRequeues: (item) => limiter.numRequeues(item),
  };
}
