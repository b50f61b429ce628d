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
import { installFlowControlDebug } from '../flowcontrol/debug.ts';
import type { FlowController } from '../flowcontrol/flow-control.ts';
import { newAPIServer } from '../http/api-server.ts';
import { newControlPlane } from '../mux/control-plane.ts';
import type { HealthChecker } from '../mux/health.ts';
import { delayedHealthCheck } from '../mux/health.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { newRESTProvider } from '../registry/builtin.ts';
import { NODE_PORT_RANGE, formatPortRange } from '../registry/core/service/node-ports.ts';
import { newEtcdPortRange } from '../registry/core/service/port-range.ts';
import type { Compactor } from '../storage/etcd/compact.ts';
import { answeringUnavailable } from '../storage/etcd/errors.ts';
import { newEtcdCheck } from '../storage/etcd/health-check.ts';
import { newAccess } from './access.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import { compactOverrides, overrideChecks } from './etcd-overrides.ts';
import { newLabelSecret } from './legacy-token-tracking.ts';
import { observeStorage } from './observe-storage.ts';
import type { ObservedStorage } from './observe-storage.ts';
import { newReviews } from './reviews.ts';
import { newServiceAccounts } from './service-accounts.ts';
import type { APIServer } from '../http/api-server.ts';
import type { ServerConfig } from './stage.ts';
import type { NewStorage } from './storages.ts';

/** Upstream's names of what a fresh server writes and reads, in the order in which it says that they are done. */
const postStartHookNames = (flowControl: FlowController | undefined) => [
  'generic-apiserver-start-informers',
  ...(flowControl ? ['priority-and-fairness-config-consumer', 'priority-and-fairness-filter'] : ['max-in-flight-filter']),
  'storage-object-count-tracker-hook',
  'start-system-namespaces-controller',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kubernetes-service-cidr-controller',
  'start-cluster-authentication-info-controller',
  'start-legacy-token-tracking-controller',
];

/** What a stage puts around the registry. */
export interface Extras {
  roles?: RBACSource;
  nodes?: Graph;
  /** Without it requests are counted, and belong to no flow. */
  flowControl?: FlowController | undefined;
  compactor?: Compactor;
  /** Begins when everything can be read; the server is ready when what was there at first is known. */
  follow?: (rest: RESTProvider, signal: AbortSignal) => Promise<void>;
  admission?: (rest: RESTProvider, authorizer: Authorizer) => Admission[];
  /** Runs when the server is there; it is ready when this has come to its end. */
  postStart?: (rest: RESTProvider, signal: AbortSignal) => Promise<void>;
}

export function newKubeAPIServer(config: ServerConfig, machinery: Machinery, newStorage: NewStorage, extras: Extras = {}): APIServer {
  config.registerMetrics?.(machinery.metrics.registry);
  const accounts = newServiceAccounts(config.serviceAccounts, config.clock, () => rest);
  const access = newAccess(config, { codecs: machinery.factory, metrics: machinery.metrics, serviceAccounts: { ...accounts.authentication, labelSecret: newLabelSecret(config, machinery, () => rest) }, ...(config.bootstrapTokenAuth && { bootstrapTokens: accounts.bootstrapTokens }), ...extras });
  const storages: ObservedStorage[] = [];
  const rest: RESTProvider = newRESTProvider({
    scheme: machinery.scheme,
    clock: config.clock,
    factory: machinery.factory,
    defaulter: machinery.defaulter,
    validator: machinery.validator,
    virtual: newReviews(access, config.clock),
    policy: access.policy,
    tokenIssuer: accounts.issuer,
    portRange: newEtcdPortRange(answeringUnavailable(config.etcd), config.etcdPrefix, formatPortRange(NODE_PORT_RANGE)),
    newStorage(target) {
      const made = newStorage(target);
      const storage = config.observe?.(made, target.resource) ?? made;
      storages.push({ storage, resource: target.resource, prefix: target.prefix });
      extras.flowControl?.objectCounts.track(target.resource, () => storage.stats());
      return storage;
    },
  });
  const etcd: HealthChecker = { name: 'etcd', check: newEtcdCheck(config, config.etcdHealthcheckTimeout) };
  const etcdReadiness: HealthChecker = { name: 'etcd-readiness', check: newEtcdCheck(config, config.etcdReadycheckTimeout) };
  let synced = false;
  const untilSynced = (name: string, message: string): HealthChecker => ({
    name,
    check() {
      if (!synced) throw new Error(message);
    },
  });
  const informerSync = untilSynced('informer-sync', 'not everything that the server follows has been read');
  const postStartHooks = extras.postStart ? postStartHookNames(extras.flowControl).map((hook) => untilSynced(`poststarthook/${hook}`, 'not finished')) : [];
  const overrides = overrideChecks(config);
  const checks = [...overrides.checks, ...(config.checks ?? [])];
  const stopped = new AbortController();
  extras.compactor?.run(stopped.signal);
  compactOverrides(config, stopped.signal);
  const shutdown: HealthChecker = {
    name: 'shutdown',
    check() {
      if (access.signals.shutdownInitiated.signaled) throw new Error('process is shutting down');
    },
  };
  const controlPlane = newControlPlane({
    ...config,
    machinery,
    groups: discovery,
    rest,
    admission: newChainHandler(extras.admission?.(rest, access.authorizer) ?? [], machinery.metrics.admission),
    authorizer: access.authorizer,
    checks: [etcd, ...checks, ...postStartHooks],
    liveChecks: [etcd, ...overrides.checks, ...postStartHooks.map((hook) => delayedHealthCheck(hook, config.clock, config.livezGracePeriod))],
    readyChecks: [etcd, etcdReadiness, ...checks, ...overrides.readyChecks, informerSync, ...postStartHooks, shutdown],
    openID: accounts.openID,
  });
  if (extras.flowControl) installFlowControlDebug(controlPlane, extras.flowControl);
  const ready = Promise.all(storages.map(({ storage }) => storage.readinessCheck()))
    .then(() => extras.postStart?.(rest, stopped.signal))
    .then(() => extras.follow?.(rest, stopped.signal))
    .then(() => {
      synced = true;
      observeStorage(config, machinery.metrics, storages, stopped.signal);
      access.signals.muxAndDiscoveryComplete.signal();
    });
  // who waits for it still sees it; nobody may be waiting yet
  ready.catch(() => undefined);
  return newAPIServer({
    ...config,
    install: (app) => installChain(app, access.filters, controlPlane.handler),
    ready,
    async close(http) {
      void access.signals.notAcceptingNewRequest.wait().then(() => stopped.abort());
      await access.close(http);
      for (const { storage } of storages) storage.close();
    },
  });
}
