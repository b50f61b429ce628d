/**
 * Stage `apiserver`: all of the stages before, and what makes them a cluster's: its first objects, roles that are read
 * from storage, admission.
 *
 * Upstream: cmd/kube-apiserver.
 */
import { newPlugins } from '../admission/plugins.ts';
import { newReader } from '../admission/reader.ts';
import { GraphPopulator, NODE_GRAPH } from '../authorization/nodes/graph-populator.ts';
import { RBACIndex } from '../authorization/rbac-source.ts';
import { publishClusterAuthentication } from './cluster-authentication-trust.ts';
import { withDefaultServiceAccounts } from './default-service-account.ts';
import { newFlowSchemaStatuses } from './flow-schema-status.ts';
import { FLOW_CONTROL, RBAC, followObjects } from './follow-objects.ts';
import { newKubeAPIServer } from './kube-apiserver.ts';
import { newMachinery } from '../endpoints/machinery.ts';
import { getNamespaces, writeBootstrapObjects } from './post-start.ts';
import { publishLegacyTokenTracking } from './legacy-token-tracking.ts';
import { newFlowController } from './policies.ts';
import type { Stage } from './stage.ts';
import { Compactor } from '../storage/etcd/compact.ts';
import { newStorageWithCacher, newUndecoratedStorage } from './storages.ts';
import { untilDone } from './until-done.ts';

export const apiserver: Stage = {
  name: 'apiserver',
  adds: 'all of it: bootstrap objects, roles out of storage, admission',
  after: 'informer',
  tries: ['kubectl create deployment web --image=nginx --replicas=2', 'kubectl get all', 'kubectl auth can-i --list'],
  build(config) {
    const machinery = newMachinery();
    const compactor = new Compactor(config);
    const undecorated = newUndecoratedStorage(machinery, { ...config, compactor });
    const roles = new RBACIndex();
    const nodes = new GraphPopulator();
    const flowControl = config.enablePriorityAndFairness ? newFlowController(config, machinery.metrics.flowControl) : undefined;
    return newKubeAPIServer(config, machinery, newStorageWithCacher(machinery, config, undecorated), {
      roles,
      nodes: nodes.graph,
      flowControl,
      compactor,
      admission(rest, authorizer) {
        const written = newReader(rest, '', 'serviceaccounts');
        const accounts = config.defaultServiceAccounts ? withDefaultServiceAccounts(config, rest, written) : written;
        return newPlugins(config.admissionPlugins, { rest, getNamespace: getNamespaces(rest), accounts, authorizer });
      },
      async postStart(rest, signal) {
        const { clusterAuthentication: clients } = config;
        const publishClients = async () => clients && publishClusterAuthentication(config, machinery, rest, clients);
        await untilDone(config.log, signal, async () => {
          await writeBootstrapObjects(config, machinery, rest);
          await publishClients();
          await publishLegacyTokenTracking(config, machinery, rest);
        });
        clients?.onChange(() => void publishClients().catch((err: unknown) => config.log.error(err, 'cluster_authentication_trust_controller failed')), signal);
        const graph = config.authorization.includes('Node') ? NODE_GRAPH : [];
        const statuses = flowControl && newFlowSchemaStatuses(config, machinery, rest, flowControl, signal);
        await Promise.all([
          followObjects(config, rest, RBAC, roles, signal),
          statuses && followObjects(config, rest, FLOW_CONTROL, statuses, signal),
          ...graph.map((each) => followObjects(config, rest, each, nodes, signal)),
        ]);
        flowControl?.run(signal);
        await statuses?.start();
      },
    });
  },
};
