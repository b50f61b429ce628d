/**
 * The storage behind every built-in resource, made from the facts: one generic store each, with its strategy and
 * subresources.
 *
 * Upstream: pkg/registry/<group>/rest/storage_<group>.go and pkg/registry/<group>/<kind>/storage/storage.go.
 */
import type { APIResourceFacts } from '../apimachinery/facts/facts.ts';
import type { Scheme } from '../apimachinery/scheme.ts';
import type { GroupResource, GroupVersion, GroupVersionKind, KubeObject } from '../apimachinery/types.ts';
import { formatGroupResource, formatGroupVersion } from '../apimachinery/types.ts';
import type { Clock } from '../http/context.ts';
import type { SelectionPredicate, Storage } from '../storage/interfaces.ts';
import { selectableFields } from './attributes.ts';
import { newNamespaceDelete } from './namespace.ts';
import { newTableConvertor } from './printers/table-convertor.ts';
import type { RESTStorage } from './rest.ts';
import { newScaleREST } from './scale.ts';
import { storagePrefix } from './storage-prefix.ts';
import { Store } from './store.ts';
import { coreStrategies } from './strategies/core.ts';
import type { Validator } from './strategies/default-strategy.ts';
import { newDefaultStrategy, newStatusStrategy } from './strategies/default-strategy.ts';
import { subresourceStrategies } from './strategies/subresources.ts';
import type { Strategy } from './strategy.ts';

/** What a storage must know of the resource that it holds. */
export interface StorageTarget {
  resource: GroupResource;
  kind: GroupVersionKind;
  namespaced: boolean;
  /** `/configmaps` */
  prefix: string;
  getAttrs: SelectionPredicate['getAttrs'];
  /** An empty object of the kind. */
  newFunc(): KubeObject;
}

export interface RESTOptions {
  scheme: Scheme;
  clock: Clock;
  validator: Validator;
  newStorage(target: StorageTarget): Storage;
  /** Resources that are no objects in a store: reviews and the like. */
  virtual: Record<string, RESTStorage>;
}

export type RESTProvider = (gv: GroupVersion, resource: APIResourceFacts, subresource: string) => RESTStorage | undefined;

/** Makes each store when it is first asked for, and keeps it. */
export function newRESTProvider(options: RESTOptions): RESTProvider {
  const stores = new Map<string, Store>();
  const storeOf = (gv: GroupVersion, facts: APIResourceFacts) => {
    const id = `${gv.group}/${gv.version}/${facts.resource}`;
    const known = stores.get(id);
    if (known) return known;
    const made = newStore(gv, facts, options);
    stores.set(id, made);
    return made;
  };
  return (gv, facts, subresource) => {
    const id = formatGroupResource({ group: gv.group, resource: facts.resource });
    const special = options.virtual[subresource === '' ? id : `${id}/${subresource}`];
    if (special) return special;
    if (!facts.verbs.includes('update')) return undefined;
    const store = storeOf(gv, facts);
    if (subresource === '') return { ...onlyVerbs(store, facts.verbs), ...(id === 'namespaces' && { delete: newNamespaceDelete(store) }) };
    if (subresource === 'scale') return newScaleREST(store);
    const strategy = subresource === 'status' ? newStatusStrategy(id, store.strategy) : subresourceStrategies[`${id}/${subresource}`]?.(store.strategy);
    const verbs = facts.subresources?.find((s) => s.subresource === subresource)?.verbs ?? [];
    return strategy && onlyVerbs(store.withStrategy(strategy), verbs);
  };
}

function newStore(gv: GroupVersion, facts: APIResourceFacts, { scheme, clock, validator, newStorage }: RESTOptions): Store {
  const resource = { group: gv.group, resource: facts.resource };
  const name = formatGroupResource(resource);
  const kind = { ...gv, kind: facts.responseKind.kind };
  const namespaced = facts.scope === 'Namespaced';
  const newFunc = () => ({ kind: kind.kind, apiVersion: formatGroupVersion(gv), metadata: {} });
  const target = { resource, kind, namespaced, prefix: storagePrefix(resource), getAttrs: selectableFields(name, namespaced).getAttrs, newFunc };
  const hasStatus = facts.subresources?.some(({ subresource }) => subresource === 'status') ?? false;
  const main = newDefaultStrategy(name, hasStatus && scheme.schemaFor(kind)?.properties?.status !== undefined, validator);
  const strategy: Strategy = { ...main, ...coreStrategies[name]?.(main) };
  return new Store({ ...target, clock, strategy, storage: newStorage(target), table: newTableConvertor({ ...gv, resource: facts.resource }, clock) });
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
