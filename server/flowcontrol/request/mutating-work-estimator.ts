/**
 * What changes an object is told to all who watch it; the work of that comes after the answer, and takes seats by then.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/request/mutating_work_estimator.go.
 */
import type { RequestInfo } from '../../http/request-info.ts';
import { durationPerSeat, seatsTimesDuration } from '../fairqueuing/seat-seconds.ts';
import { MAXIMUM_MUTATING_SEATS, MINIMUM_SEATS, initialSeatsOnly } from './config.ts';
import type { WorkEstimate } from './config.ts';

const WATCHES_PER_SEAT = 10;
/** Milliseconds. */
const EVENT_ADDITIONAL_DURATION = 5;

export function estimateMutatingWork(info: RequestInfo, watchCount: (info: RequestInfo) => number, maxSeatsOfLevel: number): WorkEstimate {
  // no object changes where a token is made
  if (info.resource === 'serviceaccounts' && info.subresource === 'token') return initialSeatsOnly(MINIMUM_SEATS);
  const watches = watchCount(info);
  if (watches < WATCHES_PER_SEAT) return initialSeatsOnly(MINIMUM_SEATS);
  const seats = Math.ceil(watches / WATCHES_PER_SEAT);
  const work = seatsTimesDuration(seats, EVENT_ADDITIONAL_DURATION);
  // wide ones keep others waiting until there is room for them: the same work, narrower and longer
  const finalSeats = Math.min(seats, maxSeatsOfLevel === 0 ? MAXIMUM_MUTATING_SEATS : Math.min(maxSeatsOfLevel, MAXIMUM_MUTATING_SEATS));
  return { initialSeats: MINIMUM_SEATS, finalSeats, additionalLatency: durationPerSeat(work, finalSeats) };
}
