/**
 * A priority level at work: its queues, and its part of the server's seats.
 *
 * Upstream: priorityLevelState and seatDemandStats of k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
 */
import type { EventClock } from './event-clock.ts';
import { Integrator } from './fairqueuing/integrator.ts';
import { QueueSet } from './fairqueuing/queue-set.ts';
import type { FlowMetrics } from './metrics.ts';
import type { PriorityLevel } from './priority-level.ts';

/** With one round in ten seconds, half of what was is forgotten after five minutes. */
const SEAT_DEMAND_SMOOTHING_COEFFICIENT = 0.977;
/** Of the nominal limit: what one request takes at most. */
const MAX_SEATS_FRACTION = 0.15;

export interface SeatDemand {
  average: number;
  deviation: number;
  highWatermark: number;
  /** Rises at once, and falls slowly. */
  smoothed: number;
}

/** In seats. */
export interface ConcurrencyLimits {
  nominal: number;
  /** The nominal limit less what may be lent. */
  min: number;
  /** The nominal limit and what may be borrowed. */
  max: number;
}

export class PriorityLevelState {
  config: PriorityLevel;
  readonly queues: QueueSet;
  readonly seatDemand: Integrator;
  /** By flow schema. */
  readonly metrics: ((flowSchema: string) => FlowMetrics) | undefined;
  demand: SeatDemand = { average: 0, deviation: 0, highWatermark: 0, smoothed: 0 };
  limits: ConcurrencyLimits = { nominal: 0, min: 0, max: 0 };
  /** What one request may take; 0 where nothing is said. */
  maxSeats = 0;
  /** To be removed when its last request is gone. */
  quiescing = false;
  #divided = false;

  constructor(config: PriorityLevel, clock: EventClock, onIdle: () => void, metrics?: (flowSchema: string) => FlowMetrics) {
    this.config = config;
    this.seatDemand = new Integrator(clock);
    this.queues = new QueueSet({ clock, seatDemand: this.seatDemand, onIdle });
    this.metrics = metrics;
  }

  divideUp(serverConcurrencyLimit: number, shareSum: number): void {
    const { nominalConcurrencyShares, lendablePercent, borrowingLimitPercent, queuing } = this.config;
    // rounded up: together they may come to a little more than there is
    const nominal = Math.ceil((serverConcurrencyLimit * nominalConcurrencyShares) / shareSum);
    const lendable = Math.round((nominal * lendablePercent) / 100);
    const borrowing = borrowingLimitPercent === undefined ? serverConcurrencyLimit : Math.round((nominal * borrowingLimitPercent) / 100);
    this.limits = { nominal, min: nominal - lendable, max: nominal + borrowing };
    // what borrowing begins from
    if (!this.#divided) this.queues.setConfiguration(queuing, nominal - Math.trunc(lendable / 2));
    this.#divided = true;
    if (queuing.desiredNumQueues > 0) this.maxSeats = Math.max(1, Math.min(Math.ceil(nominal * MAX_SEATS_FRACTION), Math.trunc(nominal / queuing.handSize)));
  }

  /** What has been asked for since this was called last. */
  updateDemand(): void {
    const { duration, average, deviation, max } = this.seatDemand.reset();
    const highWatermark = Math.round(max);
    if (duration <= 0) {
      this.demand = { ...this.demand, highWatermark };
      return;
    }
    const envelope = average + deviation;
    const a = SEAT_DEMAND_SMOOTHING_COEFFICIENT;
    this.demand = { average, deviation, highWatermark, smoothed: Math.max(envelope, a * this.demand.smoothed + (1 - a) * envelope) };
  }
}
