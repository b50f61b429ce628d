/**
 * Estimates the work of a request by what it is about.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol/request/width.go. Leaves out the estimate by the number of objects, which
 * that by their size has replaced.
 */
import type { RequestInfo } from '../../http/request-info.ts';
import { MINIMUM_SEATS, initialSeatsOnly } from './config.ts';
import type { WorkEstimate } from './config.ts';
import { estimateListWork } from './list-work-estimator.ts';
import { estimateMutatingWork } from './mutating-work-estimator.ts';
import type { ObjectCounts } from './object-count-tracker.ts';

/** `maxSeats` is what one request may take of its priority level; 0 where the level says nothing. */
export type WorkEstimator = (info: RequestInfo, url: string, maxSeats: number) => WorkEstimate;

export function newWorkEstimator(objectCounts: ObjectCounts, watchCount: (info: RequestInfo) => number): WorkEstimator {
  return (info, url, maxSeats) => {
    switch (info.verb) {
      case 'list':
      case 'watch':
        return estimateListWork(info, url, objectCounts, maxSeats);
      case 'create':
      case 'update':
      case 'patch':
      case 'delete':
        return estimateMutatingWork(info, watchCount, maxSeats);
      default:
        return initialSeatsOnly(MINIMUM_SEATS);
    }
  };
}
