/**
 * Stage `filters`: the handler of before, with the chain in front of it. Who is asking, may they, for how long, and who
 * writes it down.
 *
 * Upstream: k8s.io/apiserver/pkg/server/config.go (DefaultBuildHandlerChain).
 */
import { installChain } from '../filters/chain.ts';
import { newAPIServer } from '../http/api-server.ts';
import { newAccess } from './access.ts';
import { newConfigMapHandler } from './handler.ts';
import type { Stage } from './stage.ts';

export const filters: Stage = {
  name: 'filters',
  adds: 'a chain of filters stands between the socket and the handler',
  after: 'handler',
  tries: [
    'kubectl get --raw /api/v1/namespaces/default/configmaps',
    'curl --cacert $CA $SERVER/api/v1/namespaces/default/configmaps',
    'curl --cacert $CA -i -H "Authorization: Bearer wrong" $SERVER/api/v1/namespaces/default/configmaps',
  ],
  build(config) {
    const access = newAccess(config);
    return newAPIServer({
      tracer: config.tracer,
      install: (app) => installChain(app, access.filters, newConfigMapHandler()),
      close: access.close,
    });
  },
};
