/**
 * What the stages from `registry` on have in common: chain, mux, and a registry over the storage that a stage gives it.
 *
 * Upstream: cmd/kube-apiserver/app/server.go (CreateServerChain), pkg/controlplane/instance.go.
 */
import type { Admission } from '../admission/interfaces.ts';
import { newChainHandler } from '../admission/chain.ts';
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import type { Authorizer } from '../authorization/interfaces.ts';
import type { Graph } from '../authorization/nodes/graph.ts';
import type { RBACSource } from '../authorization/rbac-source.ts';
import { installChain } from '../filters/chain.ts';
import type { FlowControl } from '../flowcontrol/flow-control.ts';
import { newAPIServer } from '../http/api-server.ts';
import { newControlPlane } from '../mux/control-plane.ts';
import type { HealthChecker } from '../mux/health.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { newRESTProvider } from '../registry/builtin.ts';
import { NODE_PORT_RANGE, formatPortRange } from '../registry/core/service/node-ports.ts';
import { newEtcdPortRange } from '../registry/core/service/port-range.ts';
import { startCompactor } from '../storage/etcd/compact.ts';
import type { Storage } from '../storage/interfaces.ts';
import { newAccess } from './access.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import { newReviews } from './reviews.ts';
import { newServiceAccounts } from './service-accounts.ts';
import type { APIServer } from '../http/api-server.ts';
import type { ServerConfig } from './stage.ts';
import type { NewStorage } from './storages.ts';

/** Upstream's names of what a fresh server writes and reads, in the order in which it says that they are done. */
const POST_START_HOOKS = [
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'start-system-namespaces-controller',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kubernetes-service-cidr-controller',
  'start-cluster-authentication-info-controller',
];

/** What a stage puts around the registry. */
export interface Extras {
  roles?: RBACSource;
  nodes?: Graph;
  flowControl?: FlowControl;
  admission?: (rest: RESTProvider, authorizer: Authorizer) => Admission[];
  /** Runs when the server is there; it is ready when this has come to its end. */
  postStart?: (rest: RESTProvider, signal: AbortSignal) => Promise<void>;
}

export function newKubeAPIServer(config: ServerConfig, machinery: Machinery, newStorage: NewStorage, extras: Extras = {}): APIServer {
  const accounts = newServiceAccounts(config.serviceAccounts, config.clock, () => rest);
  const access = newAccess(config, { codecs: machinery.factory, serviceAccounts: accounts.authentication, ...extras });
  const storages: Storage[] = [];
  const rest: RESTProvider = newRESTProvider({
    scheme: machinery.scheme,
    clock: config.clock,
    validator: machinery.validator,
    virtual: newReviews(access, config.clock),
    policy: access.policy,
    tokenIssuer: accounts.issuer,
    portRange: newEtcdPortRange(config.etcd, config.etcdPrefix, formatPortRange(NODE_PORT_RANGE)),
    newStorage(target) {
      const storage = newStorage(target);
      storages.push(storage);
      return storage;
    },
  });
  const askEtcd = async () => void (await config.etcd.range({ key: `${config.etcdPrefix}/health` }));
  const etcd: HealthChecker = { name: 'etcd', check: askEtcd };
  const etcdReadiness: HealthChecker = { name: 'etcd-readiness', check: askEtcd };
  let synced = false;
  const untilSynced = (name: string, message: string): HealthChecker => ({
    name,
    check() {
      if (!synced) throw new Error(message);
    },
  });
  const informerSync = untilSynced('informer-sync', 'not everything that the server follows has been read');
  const postStartHooks = extras.postStart ? POST_START_HOOKS.map((hook) => untilSynced(`poststarthook/${hook}`, 'not finished')) : [];
  const stopped = new AbortController();
  startCompactor(config.etcd, config.etcdCompactionInterval, config.log, stopped.signal);
  const shutdown: HealthChecker = {
    name: 'shutdown',
    check() {
      if (stopped.signal.aborted) throw new Error('process is shutting down');
    },
  };
  const controlPlane = newControlPlane({
    ...config,
    machinery,
    groups: discovery,
    rest,
    admission: newChainHandler(extras.admission?.(rest, access.authorizer) ?? []),
    authorizer: access.authorizer,
    checks: [etcd, ...postStartHooks],
    readyChecks: [etcd, etcdReadiness, informerSync, ...postStartHooks, shutdown],
    openID: accounts.openID,
  });
  const ready = Promise.all(storages.map((storage) => storage.readinessCheck()))
    .then(() => extras.postStart?.(rest, stopped.signal))
    .then(() => void (synced = true));
  // who waits for it still sees it; nobody may be waiting yet
  ready.catch(() => undefined);
  return newAPIServer({
    tracer: config.tracer,
    install: (app) => installChain(app, access.filters, controlPlane.handler),
    ready,
    async close() {
      stopped.abort();
      await access.close();
      for (const storage of storages) storage.close();
    },
  });
}
