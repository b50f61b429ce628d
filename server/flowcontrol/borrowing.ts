/**
 * Levels lend the seats that they do not need to those that need more than their own.
 *
 * Upstream: updateBorrowingLocked of k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
 */
import { computeConcurrencyAllocation } from './conc-alloc.ts';
import type { PriorityLevelState } from './priority-level-state.ts';

/** Milliseconds. */
export const BORROWING_ADJUSTMENT_PERIOD = 10_000;

interface Borrower {
  state: PriorityLevelState;
  /** What it gets at least: what it needed, as far as that is its own. */
  minCurrent: number;
}

/** Gives each level the limit that it has until the next time. */
export function updateBorrowing(states: readonly PriorityLevelState[]): void {
  let remaining = states.reduce((sum, { limits }) => sum + limits.nominal, 0);
  const borrowers: Borrower[] = [];
  for (const state of states) {
    state.updateDemand();
    const { limits, demand: { highWatermark } } = state;
    if (state.config.exempt) {
      const current = Math.max(limits.min, highWatermark);
      remaining -= current;
      setLimit(state, current);
    } else {
      borrowers.push({ state, minCurrent: Math.max(limits.min, Math.min(limits.nominal, highWatermark)) });
    }
  }
  const current = allocate(remaining, borrowers, states);
  for (const [i, { state }] of borrowers.entries()) setLimit(state, current[i]!);
}

function allocate(remaining: number, borrowers: readonly Borrower[], states: readonly PriorityLevelState[]): number[] {
  const minSum = borrowers.reduce((sum, { state }) => sum + state.limits.min, 0);
  const minCurrentSum = borrowers.reduce((sum, { minCurrent }) => sum + minCurrent, 0);
  if (remaining <= minSum) return borrowers.map(({ state }) => state.limits.min);
  if (remaining <= minCurrentSum) {
    const share = (remaining - minSum) / (minCurrentSum - minSum);
    return borrowers.map(({ state: { limits }, minCurrent }) => limits.min + Math.round((minCurrent - limits.min) * share));
  }
  // all of the seats, as upstream has it: what exempt requests took may be given once more
  const total = states.reduce((sum, { limits }) => sum + limits.nominal, 0);
  const items = borrowers.map(({ state: { limits, demand }, minCurrent }) => ({ lowerBound: minCurrent, upperBound: limits.max, target: Math.max(minCurrent, demand.smoothed) }));
  return computeConcurrencyAllocation(total, items)?.map(Math.round) ?? borrowers.map(({ state }) => state.queues.concurrencyLimit);
}

function setLimit({ queues, config }: PriorityLevelState, limit: number): void {
  queues.setConfiguration(config.queuing, limit);
}
