/**
 * After how many seconds a client that was refused should come back: twice as many as long as many are refused, one less
 * when few are.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/dropped_requests_tracker.go.
 */
import type { Clock } from '../http/context.ts';

const MAX_RETRY_AFTER = 32;

/** Of one priority level, second by second. */
interface Stats {
  /** Those before the current second. */
  history: { second: number; requests: number }[];
  current: { second: number; requests: number };
  retryAfter: number;
  /** When it was last made longer. */
  increased: number;
}

export class DroppedRequestsTracker {
  readonly #clock: Clock;
  readonly #levels = new Map<string, Stats>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  recordDroppedRequest(priorityLevel: string): void {
    const second = Math.floor(this.#clock.now() / 1000);
    let stats = this.#levels.get(priorityLevel);
    if (!stats) this.#levels.set(priorityLevel, (stats = { history: [], current: { second, requests: 0 }, retryAfter: 1, increased: 0 }));
    if (stats.current.second !== second) {
      const keep = Math.min(2 * stats.retryAfter, MAX_RETRY_AFTER);
      stats.history = [...stats.history, stats.current].filter((past) => stats.current.second - past.second <= keep);
      stats.current = { second, requests: 0 };
      updateRetryAfter(stats, second);
    }
    stats.current.requests++;
  }

  /** Seconds. */
  getRetryAfter(priorityLevel: string): number {
    return this.#levels.get(priorityLevel)?.retryAfter ?? 1;
  }
}

function updateRetryAfter(stats: Stats, now: number): void {
  const { retryAfter, increased, history } = stats;
  const dropped = history.filter(({ second }) => now - second <= retryAfter).reduce((sum, { requests }) => sum + requests, 0);
  if (now - increased >= retryAfter && dropped >= 3 * retryAfter) {
    stats.retryAfter = Math.min(2 * retryAfter, MAX_RETRY_AFTER);
    stats.increased = now;
  } else if (dropped < retryAfter && retryAfter > 1) {
    stats.retryAfter--;
  }
}
