/**
 * Stage `authentication`: service accounts, and the tokens that they are known by, beside all other ways to show who one
 * is; and somebody to ask who one is. The handler of before is made once more for each row of a table of resources.
 *
 * Upstream: pkg/kubeapiserver/authenticator/config.go, pkg/serviceaccount, pkg/registry/authentication.
 */
import { newChainHandler } from '../admission/chain.ts';
import { newUnstructuredMachinery } from '../endpoints/unstructured-machinery.ts';
import { installChain } from '../filters/chain.ts';
import { newAPIServer } from '../http/api-server.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { newAccess } from './access.ts';
import { newMapRESTProvider } from './map-rest.ts';
import { IDENTITIES, newResourceHandler } from './resource-handler.ts';
import { newReviews } from './reviews.ts';
import { newServiceAccounts } from './service-accounts.ts';
import type { Stage } from './stage.ts';

export const authentication: Stage = {
  name: 'authentication',
  adds: 'service accounts get tokens and are known by them, and anybody may ask who they are',
  after: 'filters',
  tries: [
    `kubectl create --raw /apis/authentication.k8s.io/v1/selfsubjectreviews -f - <<< '{}'`,
    `kubectl create --raw /api/v1/namespaces/default/serviceaccounts -f - <<< '{"metadata":{"name":"robot"}}'`,
    `kubectl create --raw /api/v1/namespaces/default/serviceaccounts/robot/token -f - <<< '{}'`,
  ],
  build(config) {
    const machinery = newUnstructuredMachinery();
    const accounts = newServiceAccounts(config.serviceAccounts, config.clock, () => objects);
    const access = newAccess(config, { codecs: machinery.factory, serviceAccounts: accounts.authentication });
    const objects: RESTProvider = newMapRESTProvider({
      clock: config.clock,
      virtual: newReviews(access, config.clock),
      tokenIssuer: accounts.issuer,
    });
    const handler = newResourceHandler(IDENTITIES, objects, { ...config, machinery, authorizer: access.authorizer, admission: newChainHandler([]) });
    access.signals.muxAndDiscoveryComplete.signal();
    return newAPIServer({
      tracer: config.tracer,
      install: (app) => installChain(app, access.filters, handler),
      close: access.close,
    });
  },
};
