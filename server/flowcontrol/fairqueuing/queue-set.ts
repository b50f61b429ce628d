/**
 * The queues of a priority level. A request goes into the emptiest queue of its flow's hand; when seats get free, the
 * request that would be finished first, if all queues had been served evenly all along, takes them.
 *
 * How even: R counts the seat-seconds that each active queue has been due since the start. Each queue has a reading of R
 * at which its next request is dispatched; what is dispatched moves that on by the work that it is guessed to be, and what
 * has finished corrects the guess.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/queueset/queueset.go.
 */
import { maxSeatsOf } from '../request/config.ts';
import type { WorkEstimate } from '../request/config.ts';
import type { EventClock } from '../event-clock.ts';
import type { Integrator } from './integrator.ts';
import { chooseQueue, findDispatchQueue, fitFinalSeats } from './dispatch.ts';
import { Queue, QueuedRequest } from './queue.ts';
import type { Flow } from './queue.ts';
import { seatsTimesDuration } from './seat-seconds.ts';
import type { SeatSeconds } from './seat-seconds.ts';
import { newDealer } from './shuffle-sharding.ts';
import type { Dealer } from './shuffle-sharding.ts';

export interface QueuingConfig {
  /** 0: what finds no seat is rejected. -1: everything is dispatched at once. */
  desiredNumQueues: number;
  queueLengthLimit: number;
  handSize: number;
}

interface QueueSetOptions {
  clock: EventClock;
  /** Is told how many seats are taken and waited for. */
  seatDemand: Integrator;
  /** Called when nothing waits and nothing executes any more. */
  onIdle(): void;
}

/** Milliseconds that a request is guessed to take. */
const ESTIMATED_SERVICE_DURATION = 3;

export class QueueSet {
  readonly #options: QueueSetOptions;
  #config: QueuingConfig = { desiredNumQueues: 0, queueLengthLimit: 0, handSize: 0 };
  #dealer: Dealer | undefined;
  /** More than are wanted, as long as those in excess are not empty. */
  readonly queues: Queue[] = [];
  /** What executes without having been in a queue. */
  readonly queueless = new Set<QueuedRequest>();
  concurrencyLimit = 0;
  currentR: SeatSeconds = 0;
  #lastTime: number;
  /** The queue that was dispatched from last. */
  #robinIndex = 0;
  #enqueues = 0;
  waiting = 0;
  executing = 0;
  seatsInUse = 0;
  seatsWaiting = 0;
  readonly counts = { dispatched: 0, rejected: 0, cancelled: 0 };

  constructor(options: QueueSetOptions) {
    this.#options = options;
    this.#lastTime = options.clock.now();
  }

  get isIdle(): boolean {
    return this.waiting === 0 && this.executing === 0;
  }

  setConfiguration(config: QueuingConfig, concurrencyLimit: number): void {
    this.#syncTime();
    const { desiredNumQueues, handSize } = config;
    const changed = desiredNumQueues !== this.#config.desiredNumQueues || handSize !== this.#config.handSize;
    while (this.queues.length < desiredNumQueues) this.queues.push(new Queue());
    this.#config = config;
    this.concurrencyLimit = concurrencyLimit;
    if (changed) this.#dealer = newDealer(desiredNumQueues, handSize);
    this.#dispatchAsMuchAsPossible();
  }

  /** Undefined where the request is rejected; else it executes, or waits for its decision. */
  startRequest(work: WorkEstimate, flow: Flow): QueuedRequest | undefined {
    this.#syncTime();
    const request = this.#dealer ? this.#enqueue(this.#dealer, work, flow) : this.#dispatchSansQueue(work, flow);
    if (!request) {
      this.counts.rejected++;
      flow.metrics?.rejected(this.#dealer ? 'queue-full' : 'concurrency-limit');
      this.#noteIdle();
      return undefined;
    }
    flow.metrics?.estimated(request.maxSeats);
    this.#dispatchAsMuchAsPossible();
    return request;
  }

  /** Takes a request that waits out of its queue; one that has started goes on. */
  cancel(request: QueuedRequest): void {
    const { queue } = request;
    if (request.state !== 'waiting' || !queue) return;
    this.#syncTime();
    this.#dequeue(request, queue);
    this.counts.rejected++;
    this.counts.cancelled++;
    request.flow.metrics?.rejected('time-out');
    request.flow.metrics?.waited(this.#lastTime - request.arrivalTime, false);
    this.#noteDemand();
    request.end();
    queue.boundNextDispatch();
    this.#noteIdle();
  }

  /** The request is over: answered, or given up. Its final seats stay taken for a while. */
  finish(request: QueuedRequest): void {
    this.cancel(request);
    if (request.state !== 'executing') return;
    this.#syncTime();
    const { queue, work, startTime } = request;
    const { clock } = this.#options;
    this.executing--;
    request.end();
    request.flow.metrics?.finished(performance.now() - request.startMark, request.flow.info.verb === 'watch');
    if (queue) {
      queue.executing.delete(request);
      queue.nextDispatchR -= seatsTimesDuration(work.initialSeats, ESTIMATED_SERVICE_DURATION - (clock.now() - (startTime ?? 0)));
      queue.boundNextDispatch();
    } else {
      this.queueless.delete(request);
    }
    if (work.additionalLatency > 0) {
      clock.after(work.additionalLatency, () => {
        this.#syncTime();
        this.#releaseSeats(request);
        this.#dispatchAsMuchAsPossible();
      });
    } else {
      this.#releaseSeats(request);
    }
    this.#dispatchAsMuchAsPossible();
    this.#noteIdle();
  }

  /** R advances by what is in use, or could be, shared evenly among the queues that have anything to do. */
  #syncTime(): void {
    const now = this.#options.clock.now();
    const passed = now - this.#lastTime;
    this.#lastTime = now;
    if (passed <= 0) return;
    let active = 0;
    let seatsRequested = 0;
    for (const queue of this.queues) {
      seatsRequested += queue.seatsInUse + queue.sum.maxSeats;
      if (queue.isActive) active++;
    }
    if (active > 0) this.currentR += seatsTimesDuration(Math.min(seatsRequested, this.concurrencyLimit) / active, passed);
  }

  #enqueue(dealer: Dealer, work: WorkEstimate, flow: Flow): QueuedRequest | undefined {
    const queue = chooseQueue(this.queues, dealer.handOf(flow.flowSchema, flow.distinguisher), this.#enqueues++);
    if (this.seatsInUse >= this.concurrencyLimit && queue.waiting.size >= this.#config.queueLengthLimit) {
      queue.boundNextDispatch();
      return undefined;
    }
    if (!queue.isActive) queue.nextDispatchR = this.currentR;
    const request = this.#newRequest(flow, queue, work);
    queue.enqueue(request);
    this.waiting++;
    this.seatsWaiting += request.maxSeats;
    request.flow.metrics?.enqueued(request.maxSeats, queue.waiting.size);
    this.#noteDemand();
    queue.boundNextDispatch();
    return request;
  }

  #dispatchSansQueue(work: WorkEstimate, flow: Flow): QueuedRequest | undefined {
    if (!this.#canAccommodate(maxSeatsOf(work))) return undefined;
    const request = this.#newRequest(flow, undefined, work);
    this.queueless.add(request);
    this.#execute(request);
    return request;
  }

  #newRequest(flow: Flow, queue: Queue | undefined, work: WorkEstimate): QueuedRequest {
    const totalWork = seatsTimesDuration(work.initialSeats, ESTIMATED_SERVICE_DURATION) + seatsTimesDuration(work.finalSeats, work.additionalLatency);
    return new QueuedRequest(flow, queue, work, totalWork, this.#options.clock.now(), this.currentR);
  }

  #dispatchAsMuchAsPossible(): void {
    while (this.waiting > 0 && this.seatsInUse < this.concurrencyLimit) {
      const found = findDispatchQueue(this.queues, this.#robinIndex);
      if (!found || !this.#canAccommodate(found.request.maxSeats)) return;
      const { queue, request } = found;
      this.#robinIndex = found.index;
      this.#dequeue(request, queue);
      request.work = fitFinalSeats(request.work, this.concurrencyLimit);
      queue.executing.add(request);
      queue.seatsInUse += request.maxSeats;
      queue.nextDispatchR += request.totalWork;
      this.#execute(request);
      queue.boundNextDispatch();
    }
  }

  #dequeue(request: QueuedRequest, queue: Queue): void {
    queue.remove(request);
    this.waiting--;
    this.seatsWaiting -= request.maxSeats;
    request.flow.metrics?.dequeued(request.maxSeats);
  }

  #execute(request: QueuedRequest): void {
    this.executing++;
    this.counts.dispatched++;
    this.seatsInUse += request.maxSeats;
    this.#noteDemand();
    const now = this.#options.clock.now();
    request.execute(now);
    const { metrics } = request.flow;
    if (!metrics) return;
    request.startMark = performance.now();
    if (request.queue) metrics.waited(now - request.arrivalTime, true);
    metrics.dispatched(request.maxSeats);
  }

  #canAccommodate(seats: number): boolean {
    if (this.#config.desiredNumQueues < 0) return true;
    // one that is wider than all there is gets it for itself alone
    return seats > this.concurrencyLimit ? this.executing === 0 : this.seatsInUse + seats <= this.concurrencyLimit;
  }

  #releaseSeats(request: QueuedRequest): void {
    const { queue, maxSeats } = request;
    this.seatsInUse -= maxSeats;
    request.flow.metrics?.released(maxSeats);
    this.#noteDemand();
    if (!queue) return;
    queue.seatsInUse -= maxSeats;
    if (this.queues.length > this.#config.desiredNumQueues && !queue.isActive) this.#removeQueue(queue);
  }

  #removeQueue(queue: Queue): void {
    const index = this.queues.indexOf(queue);
    if (index < 0) return;
    this.queues.splice(index, 1);
    if (this.#robinIndex >= index) this.#robinIndex--;
  }

  #noteDemand(): void {
    this.#options.seatDemand.set(this.seatsInUse + this.seatsWaiting);
  }

  #noteIdle(): void {
    if (this.isIdle) this.#options.onIdle();
  }
}
