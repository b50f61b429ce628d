/**
 * How long a Job waits after a Pod has failed before it makes another: longer with each failure that no success follows.
 *
 * Upstream: pkg/controller/job/backoff_utils.go. Leaves out containers that started before the others and ended after them.
 */
import type { Clock } from '../../http/context.ts';
import { struct, structs, text } from '../../apimachinery/access.ts';
import { isPodFailed, isTracked, uidOf } from './job-status.ts';
import { conditionOf } from './pods.ts';
import type { Pod } from './types.ts';
import type { Job } from './workload-types.ts';

const FIRST = 10_000;
const LONGEST = 600_000;

export interface PodBackoff {
  /** Takes note of those that have ended, and answers how many milliseconds are left. */
  left(key: string, job: Job, mine: readonly Pod[]): number;
  forget(key: string): void;
}

export function newPodBackoff(clock: Clock): PodBackoff {
  /** When a Pod failed, by its uid, and when one succeeded the last time. */
  const records = new Map<string, { failures: Map<string, number>; success: number }>();
  return {
    left(key, { spec }, mine) {
      const record = records.get(key) ?? { failures: new Map<string, number>(), success: 0 };
      records.set(key, record);
      for (const pod of mine.filter(isTracked)) {
        if (pod.status?.phase === 'Succeeded') record.success = Math.max(record.success, finishedAt(pod));
        else if (isPodFailed(pod, spec) && !record.failures.has(uidOf(pod))) record.failures.set(uidOf(pod), finishedAt(pod));
      }
      const failures = [...record.failures.values()].filter((at) => at > record.success);
      if (failures.length === 0) return 0;
      return Math.min(FIRST * 2 ** (failures.length - 1), LONGEST) - (clock.now() - Math.max(...failures));
    },
    forget: (key) => void records.delete(key),
  };
}

/** By its containers, else by its conditions, else by when it was told to go. */
function finishedAt({ metadata: { creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds = 0 }, status = {} }: Pod): number {
  const containers = structs(status, 'containerStatuses').map((container) => Date.parse(text(struct(struct(container, 'state'), 'terminated'), 'finishedAt')));
  if (containers.length > 0 && !containers.some(Number.isNaN)) return Math.max(...containers);
  const ready = conditionOf(status.conditions, 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime !== undefined) return Date.parse(ready.lastTransitionTime);
  return deletionTimestamp === undefined ? Date.parse(creationTimestamp ?? '') : Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
}
