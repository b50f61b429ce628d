/**
 * A queue of requests that wait for seats, the oldest first, and those of them that have got theirs.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/queueset/types.go and fifo_list.go.
 */
import type { UserInfo } from '../../authentication/interfaces.ts';
import type { RequestInfo } from '../../http/request-info.ts';
import type { FlowMetrics } from '../metrics.ts';
import { maxSeatsOf } from '../request/config.ts';
import type { WorkEstimate } from '../request/config.ts';
import type { SeatSeconds } from './seat-seconds.ts';

/** Whose request it is, as far as fairness goes. */
export interface Flow {
  flowSchema: string;
  /** The user or the namespace that tells flows of one schema apart. */
  distinguisher: string;
  user: UserInfo;
  info: RequestInfo;
  metrics?: FlowMetrics | undefined;
}

export class QueuedRequest {
  readonly flow: Flow;
  readonly queue: Queue | undefined;
  readonly arrivalTime: number;
  /** The reading of R when it came. */
  readonly arrivalR: SeatSeconds;
  readonly totalWork: SeatSeconds;
  work: WorkEstimate;
  startTime: number | undefined;
  /** A finer reading of when it began, where it is measured. */
  startMark = 0;
  state: 'waiting' | 'executing' | 'done' = 'waiting';
  #decided: (() => void) | undefined;

  constructor(flow: Flow, queue: Queue | undefined, work: WorkEstimate, totalWork: SeatSeconds, arrivalTime: number, arrivalR: SeatSeconds) {
    this.flow = flow;
    this.queue = queue;
    this.work = work;
    this.totalWork = totalWork;
    this.arrivalTime = arrivalTime;
    this.arrivalR = arrivalR;
  }

  get maxSeats(): number {
    return maxSeatsOf(this.work);
  }

  /** Resolves when it does not wait any more. */
  decision(): Promise<void> {
    return new Promise((resolve) => (this.state === 'waiting' ? (this.#decided = resolve) : resolve()));
  }

  execute(now: number): void {
    this.state = 'executing';
    this.startTime = now;
    this.#decided?.();
  }

  end(): void {
    this.state = 'done';
    this.#decided?.();
  }
}

export class Queue {
  readonly waiting = new Set<QueuedRequest>();
  readonly executing = new Set<QueuedRequest>();
  /** The reading of R at which the next request is dispatched in the virtual world. */
  nextDispatchR: SeatSeconds = 0;
  seatsInUse = 0;
  /** Over the waiting requests. */
  readonly sum = { initialSeats: 0, maxSeats: 0, totalWork: 0 };

  get oldest(): QueuedRequest | undefined {
    for (const request of this.waiting) return request;
    return undefined;
  }

  get isActive(): boolean {
    return this.waiting.size > 0 || this.executing.size > 0;
  }

  enqueue(request: QueuedRequest): void {
    this.waiting.add(request);
    this.#count(request, 1);
  }

  remove(request: QueuedRequest): void {
    if (this.waiting.delete(request)) this.#count(request, -1);
  }

  /** Nothing is dispatched before it came: a queue that uses less than its share saves nothing up. */
  boundNextDispatch(): void {
    const { oldest } = this;
    if (oldest && this.nextDispatchR < oldest.arrivalR) this.nextDispatchR = oldest.arrivalR;
  }

  #count({ work, maxSeats, totalWork }: QueuedRequest, sign: 1 | -1): void {
    this.sum.initialSeats += sign * work.initialSeats;
    this.sum.maxSeats += sign * maxSeats;
    this.sum.totalWork += sign * totalWork;
  }
}
