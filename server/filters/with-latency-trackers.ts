/**
 * WithLatencyTrackers lets the layers below add up the time that they took. A watch has no such time: it lasts.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/webhook_duration.go. Leaves out the time that writes to the socket
 * take: they do not block here.
 */
import { requestInfoFrom } from '../http/context.ts';
import { LatencyTrackers } from '../http/latency-trackers.ts';
import type { Filter } from './filter.ts';

export function withLatencyTrackers(): Filter {
  return function withLatencyTrackers(req, _res, next) {
    if (requestInfoFrom(req.ctx).verb !== 'watch') req.ctx.latency = new LatencyTrackers();
    next();
  };
}
