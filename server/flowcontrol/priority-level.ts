/**
 * A priority level as it is configured.
 *
 * Upstream: queueSetCompleterForPL and plSpecCommons of k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
 */
import { int, struct, text } from '../apimachinery/access.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { QueuingConfig } from './fairqueuing/queue-set.ts';
import { newDealer } from './fairqueuing/shuffle-sharding.ts';

export const EXEMPT = 'exempt';
export const CATCH_ALL = 'catch-all';

export interface PriorityLevel {
  name: string;
  uid: string;
  exempt: boolean;
  nominalConcurrencyShares: number;
  lendablePercent: number;
  /** Undefined: as much as there is. */
  borrowingLimitPercent: number | undefined;
  queuing: QueuingConfig;
}

/** Undefined for one whose parts do not fit together. */
export function parsePriorityLevel({ metadata, ...obj }: KubeObject): PriorityLevel | undefined {
  const { name = '', uid = '' } = metadata;
  const spec = struct(obj, 'spec');
  const exempt = text(spec, 'type') === 'Exempt';
  if (exempt !== (name === EXEMPT) || exempt !== 'exempt' in spec || exempt === 'limited' in spec) return undefined;
  const limits = struct(spec, exempt ? 'exempt' : 'limited');
  const queuing = exempt ? { desiredNumQueues: -1, queueLengthLimit: 0, handSize: 0 } : queuingOf(struct(limits, 'limitResponse'));
  if (!queuing) return undefined;
  return {
    name,
    uid,
    exempt,
    nominalConcurrencyShares: int(limits, 'nominalConcurrencyShares') ?? 0,
    lendablePercent: int(limits, 'lendablePercent') ?? 0,
    borrowingLimitPercent: int(limits, 'borrowingLimitPercent'),
    queuing,
  };
}

function queuingOf(limitResponse: Record<string, unknown>): QueuingConfig | undefined {
  const isReject = text(limitResponse, 'type') === 'Reject';
  if (isReject === 'queuing' in limitResponse) return undefined;
  if (isReject) return { desiredNumQueues: 0, queueLengthLimit: 0, handSize: 0 };
  const queuing = struct(limitResponse, 'queuing');
  const [desiredNumQueues = 0, handSize = 0, queueLengthLimit = 0] = [int(queuing, 'queues'), int(queuing, 'handSize'), int(queuing, 'queueLengthLimit')];
  return newDealer(desiredNumQueues, handSize) && { desiredNumQueues, queueLengthLimit, handSize };
}
