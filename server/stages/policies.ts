/**
 * What the server goes by and everybody may change: roles and bindings, flow schemas and priority levels. It begins with
 * those of a fresh server, and keeps in step with what is written.
 *
 * Upstream: the informers behind plugin/pkg/auth/authorizer/rbac and k8s.io/apiserver/pkg/util/flowcontrol, over what the
 * post-start hooks have written. Here a fresh server's objects are known without being stored.
 */
import bootstrap from '../apimachinery/facts/bootstrap.json' with { type: 'json' };
import type { RBACIndex } from '../authorization/rbac-source.ts';
import { FlowController } from '../flowcontrol/flow-control.ts';
import type { FlowControlMetrics } from '../flowcontrol/metrics.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { bootstrapRoles } from './access.ts';
import { FLOW_CONTROL, RBAC, followObjects } from './follow-objects.ts';
import type { ServerConfig } from './stage.ts';

export interface Policies {
  roles: RBACIndex;
  flowControl: FlowController | undefined;
  /** Keeps them in step with storage, until `signal` is aborted. */
  follow(rest: RESTProvider, signal: AbortSignal): Promise<void>;
}

export function newPolicies(config: ServerConfig): Policies {
  const { flowschemas = [], prioritylevelconfigurations = [] } = bootstrap;
  const roles = bootstrapRoles();
  const flowControl = config.enablePriorityAndFairness ? newFlowController(config) : undefined;
  for (const object of [...prioritylevelconfigurations, ...flowschemas]) flowControl?.upsert(object);
  return {
    roles,
    flowControl,
    async follow(rest, signal) {
      await Promise.all([followObjects(config, rest, RBAC, roles, signal), flowControl && followObjects(config, rest, FLOW_CONTROL, flowControl, signal)]);
      flowControl?.run(signal);
    },
  };
}

/** As many seats as there may be requests in flight. */
export function newFlowController({ clock, maxRequestsInFlight, maxMutatingRequestsInFlight }: ServerConfig, metrics?: FlowControlMetrics): FlowController {
  return new FlowController({ clock, serverConcurrencyLimit: maxRequestsInFlight + maxMutatingRequestsInFlight, ...(metrics && { metrics }) });
}
