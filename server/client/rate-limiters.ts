/**
 * How long something that failed has to wait, by how often it failed and how much fails altogether.
 *
 * Upstream: k8s.io/client-go/util/workqueue/default_rate_limiters.go and golang.org/x/time/rate.
 */
import type { Clock } from '../http/context.ts';

export interface RateLimiter<T> {
  /** Milliseconds that this one has to wait now. */
  when(item: T): number;
  /** It went well, or is given up: it has never failed. */
  forget(item: T): void;
  numRequeues(item: T): number;
}

/** Twice as long each time. */
export function newItemExponentialFailureRateLimiter<T>(baseDelay: number, maxDelay: number): RateLimiter<T> {
  const failures = new Map<T, number>();
  return {
    when(item) {
      const before = failures.get(item) ?? 0;
      failures.set(item, before + 1);
      return Math.min(baseDelay * 2 ** before, maxDelay);
    },
    forget: (item) => void failures.delete(item),
    numRequeues: (item) => failures.get(item) ?? 0,
  };
}

/** So many a second for all together, and a number of them at once before that. */
export function newBucketRateLimiter<T>(qps: number, burst: number, clock: Clock): RateLimiter<T> {
  let tokens = burst;
  let last = clock.now();
  return {
    when() {
      const now = clock.now();
      tokens = Math.min(burst, tokens + ((now - last) * qps) / 1000) - 1;
      last = now;
      return tokens >= 0 ? 0 : (-tokens * 1000) / qps;
    },
    forget: () => undefined,
    numRequeues: () => 0,
  };
}

/** The longest of what several say. */
export function newMaxOfRateLimiter<T>(...limiters: RateLimiter<T>[]): RateLimiter<T> {
  return {
    when: (item) => Math.max(...limiters.map((limiter) => limiter.when(item))),
    forget: (item) => limiters.forEach((limiter) => limiter.forget(item)),
    numRequeues: (item) => Math.max(...limiters.map((limiter) => limiter.numRequeues(item))),
  };
}

export function defaultControllerRateLimiter<T>(clock: Clock): RateLimiter<T> {
  return newMaxOfRateLimiter(newItemExponentialFailureRateLimiter<T>(5, 1_000_000), newBucketRateLimiter<T>(10, 100, clock));
}
