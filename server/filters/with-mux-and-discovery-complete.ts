/**
 * WithMuxAndDiscoveryComplete marks what comes in before all paths are installed: not to be found then means nothing yet,
 * and those who act on a 404, as the garbage collector, must not be told one.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/mux_discovery_complete.go. Leaves out nothing.
 */
import type { LifecycleSignal } from '../http/lifecycle-signals.ts';
import type { Filter } from './filter.ts';

export function withMuxAndDiscoveryComplete(muxAndDiscoveryComplete: LifecycleSignal): Filter {
  return function withMuxAndDiscoveryComplete(req, _res, next) {
    if (!muxAndDiscoveryComplete.signaled) req.ctx.muxAndDiscoveryIncomplete = true;
    next();
  };
}
