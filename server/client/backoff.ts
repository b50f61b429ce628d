/**
 * How long to wait before the next try: longer each time, never twice the same for two clients that failed together, and
 * from the start again after a while without failure.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/wait (NewExponentialBackoffManager, Jitter).
 */
import type { Clock } from '../http/context.ts';

export interface BackoffManager {
  /** Milliseconds until the next try. */
  next(): number;
}

export interface BackoffOptions {
  initial: number;
  max: number;
  /** After so many milliseconds without a failure it starts over. */
  reset: number;
  factor: number;
  jitter: number;
  clock: Clock;
  random?: () => number;
}

export function newExponentialBackoffManager({ initial, max, reset, factor, jitter: share, clock, random = Math.random }: BackoffOptions): BackoffManager {
  let step = initial;
  let last = Number.NEGATIVE_INFINITY;
  return {
    next() {
      const now = clock.now();
      if (now - last > reset) step = initial;
      last = now;
      const wait = jitter(step, share, random);
      step = Math.min(step * factor, max);
      return wait;
    },
  };
}

/** Up to `share` of it more. */
function jitter(ms: number, share: number, random: () => number = Math.random): number {
  return ms + random() * share * ms;
}
