/**
 * Stage `mux`: from one resource to all of them. The path is read as group, version, resource and name, and leads to
 * the handler that is installed there. Behind each still stands a Map, and nothing is known of a kind but its name: what
 * is sent is kept as it was sent.
 *
 * Upstream: k8s.io/apiserver/pkg/server/genericapiserver.go (InstallAPIGroups), pkg/endpoints/installer.go.
 */
import { newChainHandler } from '../admission/chain.ts';
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import { installChain } from '../filters/chain.ts';
import { newAPIServer } from '../http/api-server.ts';
import { newControlPlane } from '../mux/control-plane.ts';
import { newUnstructuredMachinery } from '../endpoints/unstructured-machinery.ts';
import { newTableConvertor } from '../registry/printers/table-convertor.ts';
import { newAccess } from './access.ts';
import { newMapRESTProvider } from './map-rest.ts';
import type { Stage } from './stage.ts';

/** No kind's columns: a table has names and times. */
const noResource = { group: '', version: '', resource: '' };

export const mux: Stage = {
  name: 'mux',
  adds: 'paths lead to groups, versions and resources; discovery and OpenAPI say which there are',
  after: 'filters',
  tries: ['kubectl api-resources', 'kubectl explain job.spec.template', 'kubectl get --raw /apis/batch/v1/namespaces/default/jobs'],
  build(config) {
    const machinery = newUnstructuredMachinery();
    const access = newAccess(config, { codecs: machinery.factory });
    const controlPlane = newControlPlane({
      ...config,
      machinery,
      groups: discovery,
      rest: newMapRESTProvider({ table: () => newTableConvertor(noResource, config.clock) }),
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
