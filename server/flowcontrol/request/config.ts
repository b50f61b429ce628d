/**
 * How many seats a request takes, and for how long it keeps some when it has been answered.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/request/width.go (WorkEstimate) and config.go, with its defaults.
 */
export interface WorkEstimate {
  /** Taken while the request is being answered. */
  initialSeats: number;
  /** Taken after that, for `additionalLatency` milliseconds; the client does not wait for it. */
  finalSeats: number;
  additionalLatency: number;
}

export const MINIMUM_SEATS = 1;
export const MAXIMUM_LIST_SEATS = 100;
export const MAXIMUM_MUTATING_SEATS = 10;

export const initialSeatsOnly = (initialSeats: number): WorkEstimate => ({ initialSeats, finalSeats: 0, additionalLatency: 0 });

/** What a request takes at most, in both of its phases. */
export const maxSeatsOf = ({ initialSeats, finalSeats }: WorkEstimate) => Math.max(initialSeats, finalSeats);
