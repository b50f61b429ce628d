/**
 * A clock that a test moves.
 *
 * Upstream: k8s.io/utils/clock/testing (FakeClock).
 */
import type { WithDelayedExecution } from '../clock.ts';

export interface FakeClock extends WithDelayedExecution {
  /** Moves on, and runs what is due in the order in which it is. */
  step(ms: number): void;
  /** How many timers wait. */
  waiters(): number;
}

export function newFakeClock(start = 0): FakeClock {
  let now = start;
  const timers = new Set<{ at: number; fn: () => void }>();
  return {
    now: () => now,
    afterFunc(ms, fn) {
      const timer = { at: now + ms, fn };
      timers.add(timer);
      return { stop: () => void timers.delete(timer) };
    },
    step(ms) {
      const end = now + ms;
      for (;;) {
        const [due] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!due) break;
        timers.delete(due);
        now = Math.max(now, due.at);
        due.fn();
      }
      now = end;
    },
    waiters: () => timers.size,
  };
}
