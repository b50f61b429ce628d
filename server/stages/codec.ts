/**
 * Stage `codec`: the mux of before, and a scheme that knows every kind. Bytes are decoded into objects of their kind,
 * in whichever of three formats they come, completed, kept in one version, and encoded as the client wants them.
 *
 * Upstream: k8s.io/apimachinery/pkg/runtime (Scheme, codec) and pkg/runtime/serializer, pkg/api/legacyscheme.
 */
import { newChainHandler } from '../admission/chain.ts';
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import { RBACIndex } from '../authorization/rbac-source.ts';
import { newControlPlane } from '../mux/control-plane.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { conversionOf } from '../registry/conversion/shared-storage.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { newTableConvertor } from '../registry/printers/table-convertor.ts';
import { newAccess } from './access.ts';
import { newFairServer } from './fair-server.ts';
import { withFlowControl } from './map-flow-control.ts';
import { inTurn, newMapRESTProvider } from './map-rest.ts';
import { withRoles } from './map-roles.ts';
import { newFlowController } from './policies.ts';
import { newReviews } from './reviews.ts';
import { newServiceAccounts } from './service-accounts.ts';
import type { Stage } from './stage.ts';

export const codec: Stage = {
  name: 'codec',
  adds: 'bytes become objects of their kind, complete and in one version, and go out in the form that is asked for',
  after: 'mux',
  tries: [
    'kubectl create configmap greeting --from-literal=hello=world',
    'kubectl get configmaps --all-namespaces',
    'kubectl get configmap greeting -o yaml',
  ],
  build(config) {
    const machinery = newMachinery();
    const roles = new RBACIndex();
    const flowControl = newFlowController(config);
    const accounts = newServiceAccounts(config.serviceAccounts, config.clock, () => objects);
    const access = newAccess(config, { codecs: machinery.factory, serviceAccounts: accounts.authentication, roles, flowControl });
    const objects: RESTProvider = newMapRESTProvider({
      clock: config.clock,
      virtual: newReviews(access, config.clock),
      tokenIssuer: accounts.issuer,
      wrap: inTurn(withRoles({ index: roles, policy: access.policy, scheme: machinery.scheme }), withFlowControl(flowControl)),
      table: (gvr) => newTableConvertor(gvr, config.clock),
      conversionOf,
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
