/**
 * WithPriorityAndFairness finds out which flow a request belongs to, and tells its client by two headers.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/priority-and-fairness.go. Leaves out queueing: what comes while too many
 * requests are being handled is refused by the filter after this one.
 */
import type { FlowControl } from '../flowcontrol/flow-control.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { LongRunningRequestCheck } from '../http/request-info.ts';
import type { Filter } from './filter.ts';

export function withPriorityAndFairness(flowControl: FlowControl, longRunning: LongRunningRequestCheck): Filter {
  return function withPriorityAndFairness({ ctx }, res, next) {
    const info = requestInfoFrom(ctx);
    // of what runs long, only watches belong to a flow: they begin like a list
    const classification = ctx.user && (info.verb === 'watch' || !longRunning(info)) ? flowControl.classify(info, ctx.user) : undefined;
    if (classification) {
      res.setHeader('X-Kubernetes-Pf-Prioritylevel-Uid', classification.priorityLevelUID);
      res.setHeader('X-Kubernetes-Pf-Flowschema-Uid', classification.flowSchemaUID);
    }
    next();
  };
}
