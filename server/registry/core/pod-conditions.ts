/**
 * Setting a condition of a Pod.
 *
 * Upstream: pkg/api/pod/util.go (UpdatePodCondition).
 */
import type { Fields } from '../../apimachinery/access.ts';
import { structs, text } from '../../apimachinery/access.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';

export interface Condition {
  type: string;
  status: 'True' | 'False';
  reason?: string;
  message?: string;
}

/** Answers the status with the condition in it; its time is that of the last change of its status. */
export function withPodCondition(status: Fields, condition: Condition, now: number): Fields {
  const conditions = structs(status, 'conditions');
  const old = conditions.find((c) => text(c, 'type') === condition.type);
  const since = old && text(old, 'status') === condition.status ? old['lastTransitionTime'] : formatTime(now);
  const made = { ...condition, lastProbeTime: null, lastTransitionTime: since ?? null };
  return { ...status, conditions: old ? conditions.map((c) => (c === old ? made : c)) : [...conditions, made] };
}
