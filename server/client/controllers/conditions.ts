/**
 * Conditions in a status: each type once, and a time that moves only when its state does.
 *
 * Upstream: the SetCondition functions of pkg/controller (deployment/util, replicaset, namespace, job).
 */
import type { Condition } from './types.ts';

/** With the condition in its place; the list as it was where nothing is new. */
export function setCondition(conditions: readonly Condition[], condition: Condition): Condition[] {
  const at = conditions.findIndex(({ type }) => type === condition.type);
  const before = conditions[at];
  if (!before) return [...conditions, condition];
  if (before.status === condition.status && before.reason === condition.reason && before.message === condition.message) return [...conditions];
  const kept = before.status === condition.status && before.lastTransitionTime !== undefined ? { ...condition, lastTransitionTime: before.lastTransitionTime } : condition;
  return conditions.with(at, kept);
}

/** With the condition as the last one; the list as it was where neither its state nor its reason is new. */
export function appendCondition(conditions: readonly Condition[], condition: Condition): Condition[] {
  const before = conditions.find(({ type }) => type === condition.type);
  if (before?.status === condition.status && before.reason === condition.reason) return [...conditions];
  const kept = before?.status === condition.status && before.lastTransitionTime !== undefined ? { lastTransitionTime: before.lastTransitionTime } : {};
  return [...removeCondition(conditions, condition.type), { ...condition, ...kept }];
}

export const removeCondition = (conditions: readonly Condition[], type: string) => conditions.filter((condition) => condition.type !== type);
