/**
 * A clock that also wakes: what waits for a while waits here, so that tests can let the time pass.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/eventclock.
 */
import type { Clock } from '../http/context.ts';

export interface EventClock extends Clock {
  /** Runs `fn` after so many milliseconds, unless what it answers is called before. */
  after(ms: number, fn: () => void): () => void;
}

export function newEventClock({ now }: Clock): EventClock {
  return {
    now,
    after(ms, fn) {
      const timer = setTimeout(fn, ms);
      return () => clearTimeout(timer);
    },
  };
}
