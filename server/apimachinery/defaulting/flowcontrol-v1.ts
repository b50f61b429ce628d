/**
 * Defaults of the flowcontrol group.
 *
 * Upstream: pkg/apis/flowcontrol/v1/defaults.go.
 */
import { int, setUnset } from '../access.ts';
import type { DefaultFunc, Fields } from '../access.ts';

function positive(obj: Fields, values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) if (!int(obj, name)) obj[name] = value;
}

export const flowcontrolV1: Record<string, DefaultFunc> = {
  FlowSchemaSpec: (obj) => positive(obj, { matchingPrecedence: 1000 }),
  ExemptPriorityLevelConfiguration: (obj) => setUnset(obj, { nominalConcurrencyShares: 0, lendablePercent: 0 }),
  LimitedPriorityLevelConfiguration: (obj) => setUnset(obj, { nominalConcurrencyShares: 30, lendablePercent: 0 }),
  QueuingConfiguration: (obj) => positive(obj, { handSize: 8, queues: 64, queueLengthLimit: 50 }),
};
