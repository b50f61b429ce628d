/**
 * Which queue a request goes into, and from which the next is dispatched.
 *
 * Upstream: shuffleShardLocked and findDispatchQueueToBoundLocked of
 * k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/queueset/queueset.go.
 */
import type { WorkEstimate } from '../request/config.ts';
import type { Queue, QueuedRequest } from './queue.ts';
import { durationPerSeat, seatsTimesDuration } from './seat-seconds.ts';

interface Dispatchable {
  queue: Queue;
  request: QueuedRequest;
  index: number;
}

/** The one of the hand with the least work waiting; among equals not always the same, so that hands which overlap do not all begin alike. */
export function chooseQueue(queues: readonly Queue[], hand: readonly number[], enqueues: number): Queue {
  let best: Queue | undefined;
  for (let i = 0; i < hand.length; i++) {
    const queue = queues[hand[(enqueues + i) % hand.length]!]!;
    if (!best || queue.sum.totalWork < best.sum.totalWork) best = queue;
  }
  return best!;
}

/** The queue whose oldest request would be finished first in the virtual world. The search begins behind the last that was found: those not chosen win where the readings are the same. */
export function findDispatchQueue(queues: readonly Queue[], last: number): Dispatchable | undefined {
  let found: Dispatchable | undefined;
  let least = Infinity;
  for (let i = 1; i <= queues.length; i++) {
    const index = (last + i) % queues.length;
    const queue = queues[index]!;
    const request = queue.oldest;
    if (!request || queue.nextDispatchR + request.totalWork >= least) continue;
    least = queue.nextDispatchR + request.totalWork;
    found = { queue, request, index };
  }
  return found;
}

/** More final seats than there are become fewer, for longer. */
export function fitFinalSeats(work: WorkEstimate, limit: number): WorkEstimate {
  const { finalSeats, additionalLatency } = work;
  if (finalSeats <= limit) return work;
  return { ...work, finalSeats: limit, additionalLatency: durationPerSeat(seatsTimesDuration(finalSeats, additionalLatency), limit) };
}
