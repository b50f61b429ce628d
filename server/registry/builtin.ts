/**
 * The storage behind every path of the built-in resources: a generic store's, in the version that the path serves, or a
 * special one's.
 *
 * Upstream: pkg/registry/<group>/rest/storage_<group>.go.
 */
import { struct } from '../apimachinery/access.ts';
import type { Fields } from '../apimachinery/access.ts';
import type { APIResourceFacts } from '../apimachinery/facts/facts.ts';
import type { GroupVersion, KubeObject } from '../apimachinery/types.ts';
import { formatGroupResource } from '../apimachinery/types.ts';
import { conversionOf } from './conversion/shared-storage.ts';
import { newConvertingREST } from './conversion/converting-rest.ts';
import { newClusterIPs } from './core/service/cluster-ips.ts';
import { newNodePorts } from './core/service/node-ports.ts';
import { newMemoryPortRange } from './core/service/port-range.ts';
import type { PortRange } from './core/service/port-range.ts';
import { newServiceREST } from './core/service/service-rest.ts';
import type { TokenIssuer } from './core/service-account-token.ts';
import { newCoreREST } from './core/subresources.ts';
import { newNamespaceDelete } from './namespace.ts';
import { newPolicyBasedBinding, newPolicyBasedRole } from './rbac/policy-based.ts';
import type { Policy } from './rbac/policy-based.ts';
import { newAdminAccessREST } from './resource/admin-access.ts';
import type { RESTStorage } from './rest.ts';
import { newScaleREST } from './scale.ts';
import { newPriorityClassREST } from './scheduling/priority-class.ts';
import type { Store } from './store.ts';
import { newStores } from './stores.ts';
import type { Stores, StoresOptions } from './stores.ts';
import { newStatusStrategy } from './strategies/default-strategy.ts';
import { subresourceStrategies } from './strategies/subresources.ts';

export type { StorageTarget, Stores } from './stores.ts';

export interface RESTOptions extends StoresOptions {
  /** Resources that are no objects in a store: reviews and the like. */
  virtual: Record<string, RESTStorage>;
  /** Asked by resources that check more than the request's own verb; without it they do not. */
  policy?: Policy;
  /** Which ports of the nodes are taken; without it, what this server alone knows. */
  portRange?: PortRange;
  /** Issues tokens to service accounts; without it none are. */
  tokenIssuer?: TokenIssuer;
}

export type RESTProvider = (gv: GroupVersion, resource: APIResourceFacts, subresource: string) => RESTStorage | undefined;

type Wrapper = (rest: RESTStorage, store: Store) => RESTStorage;

/** What resources do beside their store, by `resource.group`. */
function newWrappers(stores: Stores, { portRange = newMemoryPortRange(), policy }: RESTOptions): Record<string, Wrapper> {
  const networking = (resource: string) => stores.of({ group: 'networking.k8s.io', resource });
  const rbac = (resource: string) => stores.of({ group: 'rbac.authorization.k8s.io', resource });
  const nodePorts = newNodePorts(portRange);
  const adminAccess = (specOf: (obj: Fields) => Fields): Wrapper => (rest, store) => newAdminAccessREST(rest, store, stores.of({ group: '', resource: 'namespaces' }), specOf);
  const role: Wrapper = (rest, store) => (policy ? newPolicyBasedRole(rest, store, policy) : rest);
  const binding: Wrapper = (rest, store) => (policy ? newPolicyBasedBinding(rest, store, policy, rbac('roles'), rbac('clusterroles')) : rest);
  return {
    namespaces: (rest, store) => ({ ...rest, delete: newNamespaceDelete(store) }),
    services: (rest, store) => newServiceREST(rest, store, { clusterIPs: newClusterIPs(networking('ipaddresses'), networking('servicecidrs')), nodePorts }),
    'priorityclasses.scheduling.k8s.io': newPriorityClassREST,
    'resourceclaims.resource.k8s.io': adminAccess((claim) => struct(claim, 'spec')),
    'resourceclaimtemplates.resource.k8s.io': adminAccess((template) => struct(struct(template, 'spec'), 'spec')),
    'roles.rbac.authorization.k8s.io': role,
    'clusterroles.rbac.authorization.k8s.io': role,
    'rolebindings.rbac.authorization.k8s.io': binding,
    'clusterrolebindings.rbac.authorization.k8s.io': binding,
  };
}

/** Makes each store when it is first asked for, and keeps it. */
export function newRESTProvider(options: RESTOptions): RESTProvider {
  const stores = newStores(options);
  const wrappers = newWrappers(stores, options);
  const special: Record<string, () => RESTStorage> = {
    ...newCoreREST(stores, options.policy?.authorizer, options.tokenIssuer),
    ...Object.fromEntries(Object.entries(options.virtual).map(([id, rest]) => [id, () => rest])),
  };
  return (gv, facts, subresource) => {
    const served = { ...gv, resource: facts.resource };
    const conversion = conversionOf(served);
    const id = formatGroupResource(served);
    const found = special[subresource === '' ? id : `${id}/${subresource}`];
    if (found) return found();
    if (!facts.verbs.includes('update')) return undefined;
    const store = stores.of(conversion?.storage ?? served);
    const checked = conversion?.validatedAsServed ? checkedAs(store, conversion.fromStorage, options) : store;
    const rest = restOf(checked, id, facts, subresource);
    if (rest && conversion) return newConvertingREST(rest, conversion, stores.table(served));
    return rest && subresource === '' ? (wrappers[id]?.(rest, store) ?? rest) : rest;
  };
}

function restOf(store: Store, id: string, facts: APIResourceFacts, subresource: string): RESTStorage | undefined {
  if (subresource === '') return onlyVerbs(store, facts.verbs);
  if (subresource === 'scale') return newScaleREST(store);
  const strategy = subresource === 'status' ? newStatusStrategy(id, store.strategy) : subresourceStrategies[`${id}/${subresource}`]?.(store.strategy);
  const verbs = facts.subresources?.find((s) => s.subresource === subresource)?.verbs ?? [];
  return strategy && onlyVerbs(store.withStrategy(strategy), verbs);
}

/** The same objects, checked by the rules of another version than the stored one. */
function checkedAs(store: Store, convert: (obj: KubeObject) => KubeObject, { validator }: RESTOptions): Store {
  return store.withStrategy({
    ...store.strategy,
    validate: (obj) => validator.validate(convert(obj)),
    validateUpdate: (obj, old) => validator.validateUpdate(convert(obj), convert(old)),
  });
}

const METHODS = { get: 'get', list: 'list', watch: 'watch', create: 'create', update: 'update', delete: 'delete', deletecollection: 'deleteCollection' } as const;

/** A resource offers just the verbs that discovery says it has. */
function onlyVerbs(store: Store, verbs: string[]): RESTStorage {
  const rest: RESTStorage = { namespaced: store.namespaced, table: store.table };
  for (const [verb, method] of Object.entries(METHODS)) {
    if (verbs.includes(verb)) Object.assign(rest, { [method]: store[method].bind(store) });
  }
  return rest;
}
