/**
 * Resources and subresources of the legacy group that do something, or lead somewhere else.
 *
 * Upstream: pkg/registry/core/rest/storage_core.go (NewRESTStorage).
 */
import type { Authorizer } from '../../authorization/interfaces.ts';
import type { Stores } from '../stores.ts';
import type { Connecter, RESTStorage } from '../rest.ts';
import type { Store } from '../store.ts';
import { newComponentStatusREST } from './component-status.ts';
import type { OptionsKind } from './connect-options.ts';
import { newBindingREST } from './pod-binding.ts';
import { newEvictionREST } from './pod-eviction.ts';
import { newLogConnecter } from './pod-log.ts';
import { newStreamConnecter } from './pod-streams.ts';
import { nodeLocation, podLocation, serviceLocation } from './proxy-locations.ts';
import { newProxyConnecter } from './proxy.ts';
import { newTokenREST } from './service-account-token.ts';
import type { TokenIssuer } from './service-account-token.ts';

/** By `resource/subresource`. Without an authorizer, streams are for everybody who may read; without an issuer nobody gets a token. */
export function newCoreREST(stores: Stores, authorizer?: Authorizer, tokenIssuer?: TokenIssuer): Record<string, () => RESTStorage> {
  const core = (resource: string) => stores.of({ group: '', resource });
  const [pods, nodes] = [() => core('pods'), () => core('nodes')];
  const connect = (store: () => Store, connecter: () => Connecter) => (): RESTStorage => ({ namespaced: store().namespaced, table: store().table, connect: connecter() });
  const stream = (kind: OptionsKind) => connect(pods, () => newStreamConnecter(kind, pods(), nodes(), authorizer));
  const binding = () => newBindingREST(pods(), pods().table);
  const etcd = async (ctx: Parameters<Store['storage']['getCurrentResourceVersion']>[0]) => void (await nodes().storage.getCurrentResourceVersion(ctx));
  const tokenStores = () => ({ serviceAccounts: core('serviceaccounts'), pods: pods(), secrets: core('secrets'), nodes: nodes() });
  return {
    bindings: binding,
    'pods/binding': binding,
    'pods/eviction': () => newEvictionREST(stores.status({ group: '', resource: 'pods' }), stores.status({ group: 'policy', resource: 'poddisruptionbudgets' }), pods().table),
    'pods/log': connect(pods, () => newLogConnecter(pods(), nodes())),
    'pods/exec': stream('PodExecOptions'),
    'pods/attach': stream('PodAttachOptions'),
    'pods/portforward': stream('PodPortForwardOptions'),
    'pods/proxy': connect(pods, () => newProxyConnecter('PodProxyOptions', podLocation(pods()))),
    'nodes/proxy': connect(nodes, () => newProxyConnecter('NodeProxyOptions', nodeLocation(nodes()))),
    'services/proxy': connect(() => core('services'), () => newProxyConnecter('ServiceProxyOptions', serviceLocation(core('services'), core('endpoints'), pods()))),
    ...(tokenIssuer && { 'serviceaccounts/token': () => newTokenREST(tokenStores(), tokenIssuer, core('serviceaccounts').table) }),
    componentstatuses: () => newComponentStatusREST({ 'etcd-0': etcd }, stores.table({ group: '', version: 'v1', resource: 'componentstatuses' })),
  };
}
