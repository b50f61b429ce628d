/**
 * A measure of work: seats times the time for which they are taken.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/request/seat_seconds.go. Its fixed point is kept, so that sums come out
 * even; what overflows there, and makes R wind back, only gets coarser in a number here.
 */

/** In hundred-millionths of a seat-second. */
export type SeatSeconds = number;

const SCALE = 1e8;

export function seatsTimesDuration(seats: number, ms: number): SeatSeconds {
  return Math.round((seats * ms * SCALE) / 1000);
}

/** Milliseconds for which so many seats are taken by this work. */
export function durationPerSeat(work: SeatSeconds, seats: number): number {
  return ((work / seats) * 1000) / SCALE;
}

export const toSeconds = (work: SeatSeconds) => work / SCALE;
