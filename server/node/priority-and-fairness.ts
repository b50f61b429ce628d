/**
 * Whether requests wait for their turn: that needs seats.
 *
 * Upstream: k8s.io/apiserver/pkg/server/options/feature.go.
 */
import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';

export function priorityAndFairnessFromFlags(flags: Flags): boolean {
  const { 'max-requests-inflight': reading, 'max-mutating-requests-inflight': mutating, 'enable-priority-and-fairness': enabled } = flags;
  if (enabled && reading + mutating === 0) throw new UsageError(`invalid configuration: MaxRequestsInFlight=${reading} and MaxMutatingRequestsInFlight=${mutating}; they must add up to something positive`);
  return enabled;
}
