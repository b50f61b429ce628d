/**
 * What flow control is doing right now, as plain values: for the dumps, and for whoever shows it.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/debug/dump.go.
 */
import type { RequestInfo } from '../http/request-info.ts';
import type { Queue, QueuedRequest } from './fairqueuing/queue.ts';
import { toSeconds } from './fairqueuing/seat-seconds.ts';
import type { PriorityLevelState, ConcurrencyLimits, SeatDemand } from './priority-level-state.ts';
import type { WorkEstimate } from './request/config.ts';

export interface PriorityLevelSnapshot {
  name: string;
  exempt: boolean;
  isIdle: boolean;
  isQuiescing: boolean;
  /** In seats: its own, less what it lends, with what it may borrow, and as it is for now. */
  limits: ConcurrencyLimits & { current: number };
  demand: SeatDemand;
  seatsInUse: number;
  seatsWaiting: number;
  waiting: number;
  executing: number;
  /** Since the start. */
  dispatched: number;
  rejected: number;
  /** Of the rejected ones, those that had been waiting. */
  cancelled: number;
  /** Virtual time: seat-seconds that each active queue has been due. */
  currentR: number;
  queues: QueueSnapshot[];
  /** What executes without having been in a queue. */
  queueless: RequestSnapshot[];
}

export interface QueueSnapshot {
  /** In seat-seconds, as R. */
  nextDispatchR: number;
  seatsInUse: number;
  /** The oldest first. */
  waiting: RequestSnapshot[];
  executing: RequestSnapshot[];
  /** Over the waiting requests; the work in seat-seconds. */
  sum: { initialSeats: number; maxSeats: number; totalWork: number };
}

export interface RequestSnapshot {
  flowSchema: string;
  distinguisher: string;
  userName: string;
  requestInfo: RequestInfo;
  /** Milliseconds since the epoch. */
  arrivalTime: number;
  startTime: number | undefined;
  work: WorkEstimate;
}

export function snapshotOf({ config, queues, limits, demand, quiescing }: PriorityLevelState): PriorityLevelSnapshot {
  const { isIdle, concurrencyLimit, seatsInUse, seatsWaiting, waiting, executing, counts, currentR } = queues;
  return {
    name: config.name,
    exempt: config.exempt,
    isIdle,
    isQuiescing: quiescing,
    limits: { ...limits, current: concurrencyLimit },
    demand,
    seatsInUse,
    seatsWaiting,
    waiting,
    executing,
    ...counts,
    currentR: toSeconds(currentR),
    queues: queues.queues.map(queueSnapshot),
    queueless: Array.from(queues.queueless, requestSnapshot),
  };
}

function queueSnapshot({ nextDispatchR, seatsInUse, waiting, executing, sum }: Queue): QueueSnapshot {
  return {
    nextDispatchR: toSeconds(nextDispatchR),
    seatsInUse,
    waiting: Array.from(waiting, requestSnapshot),
    executing: Array.from(executing, requestSnapshot),
    sum: { ...sum, totalWork: toSeconds(sum.totalWork) },
  };
}

function requestSnapshot({ flow: { flowSchema, distinguisher, user, info }, arrivalTime, startTime, work }: QueuedRequest): RequestSnapshot {
  return { flowSchema, distinguisher, userName: user.name, requestInfo: info, arrivalTime, startTime, work };
}
