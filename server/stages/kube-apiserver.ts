/**
 * What the stages from `registry` on have in common: chain, mux, and a registry over the storage that a stage gives it.
 *
 * Upstream: cmd/kube-apiserver/app/server.go (CreateServerChain), pkg/controlplane/instance.go.
 */
import type { Admission } from '../admission/interfaces.ts';
import { newChainHandler } from '../admission/chain.ts';
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import type { Authorizer } from '../authorization/interfaces.ts';
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
import type { Storage } from '../storage/interfaces.ts';
import { newAccess } from './access.ts';
import type { Machinery } from '../endpoints/machinery.ts';
import { newReviews } from './reviews.ts';
import { newServiceAccounts } from './service-accounts.ts';
import type { APIServer } from '../http/api-server.ts';
import type { ServerConfig } from './stage.ts';
import type { NewStorage } from './storages.ts';

/** What a stage puts around the registry. */
export interface Extras {
  roles?: RBACSource;
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
    policy: access,
    tokenIssuer: accounts.issuer,
    portRange: newEtcdPortRange(config.etcd, config.etcdPrefix, formatPortRange(NODE_PORT_RANGE)),
    newStorage(target) {
      const storage = newStorage(target);
      storages.push(storage);
      return storage;
    },
  });
  const etcd: HealthChecker = { name: 'etcd', check: async () => void (await config.etcd.range({ key: `${config.etcdPrefix}/health` })) };
  let synced = false;
  const informerSync: HealthChecker = {
    name: 'informer-sync',
    check() {
      if (!synced) throw new Error('not everything that the server follows has been read');
    },
  };
  const controlPlane = newControlPlane({
    ...config,
    machinery,
    groups: discovery,
    rest,
    admission: newChainHandler(extras.admission?.(rest, access.authorizer) ?? []),
    authorizer: access.authorizer,
    checks: [etcd],
    readyChecks: [informerSync],
    openID: accounts.openID,
  });
  const stopped = new AbortController();
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
