/**
 * Stage `mux`: from one resource to all of them. The path is read as group, version, resource and name, and leads to
 * the handler that is installed there; behind each still stands a Map.
 *
 * Upstream: k8s.io/apiserver/pkg/server/genericapiserver.go (InstallAPIGroups), pkg/endpoints/installer.go.
 */
import { newChainHandler } from '../admission/chain.ts';
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import { installChain } from '../filters/chain.ts';
import { newAPIServer } from '../http/api-server.ts';
import { newControlPlane } from '../mux/control-plane.ts';
import { newAccess } from './access.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { newMapRESTProvider } from './map-rest.ts';
import type { Stage } from './stage.ts';

export const mux: Stage = {
  name: 'mux',
  adds: 'paths lead to groups, versions and resources; discovery and OpenAPI say which there are',
  after: 'filters',
  tries: ['kubectl api-resources', 'kubectl explain job.spec.template', 'kubectl get --raw /apis/batch/v1/namespaces/default/jobs'],
  build(config) {
    const machinery = newMachinery(config.scheme);
    const access = newAccess(config, { codecs: machinery.factory });
    const controlPlane = newControlPlane({
      ...config,
      machinery,
      groups: discovery,
      rest: newMapRESTProvider(config.clock),
      admission: newChainHandler([]),
      authorizer: access.authorizer,
      checks: [],
      readyChecks: [],
    });
    return newAPIServer({
      tracer: config.tracer,
      install: (app) => installChain(app, access.filters, controlPlane.handler),
      close: access.close,
    });
  },
};
