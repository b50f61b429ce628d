/**
 * Stage `mux`: from one resource to all of them. The path is read as group, version, resource and name, and leads to
 * the handler that is installed there. Behind each still stands a Map, and nothing is known of a kind but its name: what
 * is sent is kept as it was sent.
 *
 * Upstream: k8s.io/apiserver/pkg/server/genericapiserver.go (InstallAPIGroups), pkg/endpoints/installer.go.
 */
import { newChainHandler } from '../admission/chain.ts';
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import { RBACIndex } from '../authorization/rbac-source.ts';
import { newControlPlane } from '../mux/control-plane.ts';
import { newUnstructuredMachinery } from '../endpoints/unstructured-machinery.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { newAccess } from './access.ts';
import { newFairServer } from './fair-server.ts';
import { withFlowControl } from './map-flow-control.ts';
import { inTurn, newMapRESTProvider } from './map-rest.ts';
import { withRoles } from './map-roles.ts';
import { newFlowController } from './policies.ts';
import { newReviews } from './reviews.ts';
import { newServiceAccounts } from './service-accounts.ts';
import type { Stage } from './stage.ts';

export const mux: Stage = {
  name: 'mux',
  adds: 'paths lead to groups, versions and resources; discovery and OpenAPI say which there are',
  after: 'fairness',
  tries: ['kubectl api-resources', 'kubectl explain job.spec.template', 'kubectl get --raw /apis/batch/v1/namespaces/default/jobs'],
  build(config) {
    const machinery = newUnstructuredMachinery();
    const roles = new RBACIndex();
    const flowControl = newFlowController(config);
    const accounts = newServiceAccounts(config.serviceAccounts, config.clock, () => objects);
    const access = newAccess(config, { codecs: machinery.factory, serviceAccounts: accounts.authentication, roles, flowControl });
    const objects: RESTProvider = newMapRESTProvider({
      clock: config.clock,
      virtual: newReviews(access, config.clock),
      tokenIssuer: accounts.issuer,
      wrap: inTurn(withRoles({ index: roles, policy: access.policy, scheme: machinery.scheme }), withFlowControl(flowControl)),
    });
    const controlPlane = newControlPlane({
      ...config,
      machinery,
      groups: discovery,
      rest: objects,
      admission: newChainHandler([]),
      authorizer: access.authorizer,
      checks: [],
      readyChecks: [],
      openID: accounts.openID,
    });
    return newFairServer(config, access, flowControl, controlPlane);
  },
};
