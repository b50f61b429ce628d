/**
 * Stage `fairness`: requests are sorted into flows, and wait in queues until it is their turn. So that there is something
 * to wait for, each request takes a tenth of a second here, and there are 60 seats where a real server has 600.
 *
 * Upstream: k8s.io/apiserver/pkg/util/flowcontrol, pkg/server/filters/priority-and-fairness.go.
 */
import { newChainHandler } from '../admission/chain.ts';
import { RBACIndex } from '../authorization/rbac-source.ts';
import { newUnstructuredMachinery } from '../endpoints/unstructured-machinery.ts';
import type { Filter } from '../filters/filter.ts';
import { FlowController } from '../flowcontrol/flow-control.ts';
import { requestInfoFrom } from '../http/context.ts';
import { PathRecorderMux } from '../mux/path-recorder-mux.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { newAccess } from './access.ts';
import { newFairServer } from './fair-server.ts';
import { withFlowControl } from './map-flow-control.ts';
import { inTurn, newMapRESTProvider } from './map-rest.ts';
import { withRoles } from './map-roles.ts';
import { FLOWS, IDENTITIES, PERMISSIONS, newResourceHandler } from './resource-handler.ts';
import { newReviews } from './reviews.ts';
import { newServiceAccounts } from './service-accounts.ts';
import type { Stage } from './stage.ts';

const SEATS = 60;
/** Milliseconds. */
const WORK = 100;

export const fairness: Stage = {
  name: 'fairness',
  adds: 'requests belong to flows and wait for their turn, each flow in its own queues',
  after: 'authorization',
  tries: [
    'kubectl get --raw /debug/api_priority_and_fairness/dump_priority_levels',
    'for i in $(seq 40); do curl -s --cacert $CA -H "Authorization: Bearer $TOKEN" -H "Impersonate-User: noisy" $SERVER/api/v1/namespaces/default/configmaps -o /dev/null -w "%{http_code} %{time_total}\\n" & done; wait',
    'kubectl get --raw /debug/api_priority_and_fairness/dump_requests?includeRequestDetails=1',
  ],
  build(config) {
    const machinery = newUnstructuredMachinery();
    const roles = new RBACIndex();
    const flowControl = new FlowController({ clock: config.clock, serverConcurrencyLimit: SEATS });
    const accounts = newServiceAccounts(config.serviceAccounts, config.clock, () => objects);
    const access = newAccess(config, { codecs: machinery.factory, serviceAccounts: accounts.authentication, roles, flowControl });
    const objects: RESTProvider = newMapRESTProvider({
      clock: config.clock,
      virtual: newReviews(access, config.clock),
      tokenIssuer: accounts.issuer,
      wrap: inTurn(withRoles({ index: roles, policy: access.policy, scheme: machinery.scheme }), withFlowControl(flowControl)),
    });
    const handler = newResourceHandler([...IDENTITIES, ...PERMISSIONS, ...FLOWS], objects, { ...config, machinery, authorizer: access.authorizer, admission: newChainHandler([]) });
    const mux = new PathRecorderMux(takesItsTime(handler));
    return newFairServer(config, access, flowControl, mux);
  },
};

/** A Map answers at once; what stands here for a disk doesn't. Whoever only looks at the queues need not wait. */
function takesItsTime(handler: Filter): Filter {
  return function takesItsTime(req, res, next) {
    if (requestInfoFrom(req.ctx).apiGroup === 'flowcontrol.apiserver.k8s.io') return handler(req, res, next);
    setTimeout(() => void handler(req, res, next), WORK);
  };
}
