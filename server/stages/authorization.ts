/**
 * Stage `authorization`: roles and bindings that can be written, by which RBAC goes from then on; and somebody to ask
 * who may do what.
 *
 * Upstream: plugin/pkg/auth/authorizer/rbac, pkg/registry/rbac, pkg/registry/authorization.
 */
import { newChainHandler } from '../admission/chain.ts';
import { RBACIndex } from '../authorization/rbac-source.ts';
import { newUnstructuredMachinery } from '../endpoints/unstructured-machinery.ts';
import { installChain } from '../filters/chain.ts';
import { newAPIServer } from '../http/api-server.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { newAccess } from './access.ts';
import { newMapRESTProvider } from './map-rest.ts';
import { withRoles } from './map-roles.ts';
import { IDENTITIES, PERMISSIONS, newResourceHandler } from './resource-handler.ts';
import { newReviews } from './reviews.ts';
import { newServiceAccounts } from './service-accounts.ts';
import type { Stage } from './stage.ts';

export const authorization: Stage = {
  name: 'authorization',
  adds: 'roles and bindings can be written, and decide from then on; anybody may ask what they may do',
  after: 'authentication',
  tries: [
    'kubectl get --raw /apis/rbac.authorization.k8s.io/v1/clusterroles/view',
    `kubectl create --raw /apis/authorization.k8s.io/v1/selfsubjectaccessreviews -f - <<< '{"spec":{"resourceAttributes":{"verb":"create","resource":"configmaps","namespace":"default"}}}'`,
    `kubectl create --raw /apis/authorization.k8s.io/v1/selfsubjectrulesreviews -f - <<< '{"spec":{"namespace":"default"}}'`,
  ],
  build(config) {
    const machinery = newUnstructuredMachinery();
    const roles = new RBACIndex();
    const accounts = newServiceAccounts(config.serviceAccounts, config.clock, () => objects);
    const access = newAccess(config, { codecs: machinery.factory, serviceAccounts: accounts.authentication, roles });
    const objects: RESTProvider = newMapRESTProvider({
      clock: config.clock,
      virtual: newReviews(access, config.clock),
      tokenIssuer: accounts.issuer,
      wrap: withRoles({ index: roles, policy: access.policy, scheme: machinery.scheme }),
    });
    const handler = newResourceHandler([...IDENTITIES, ...PERMISSIONS], objects, { ...config, machinery, authorizer: access.authorizer, admission: newChainHandler([]) });
    access.signals.muxAndDiscoveryComplete.signal();
    return newAPIServer({
      tracer: config.tracer,
      install: (app) => installChain(app, access.filters, handler),
      close: access.close,
    });
  },
};
