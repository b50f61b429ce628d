/**
 * One generic store for each stored resource, with its strategy, however many versions it is served in.
 *
 * Upstream: pkg/registry/<group>/<kind>/storage/storage.go (NewREST).
 */
import discovery from '../apimachinery/facts/discovery.json' with { type: 'json' };
import type { APIResourceFacts } from '../apimachinery/facts/facts.ts';
import type { Scheme } from '../apimachinery/scheme.ts';
import type { CodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { newStorageCodec } from '../apimachinery/serializer/storage-codec.ts';
import type { GroupResource, GroupVersion, GroupVersionKind, GroupVersionResource, KubeObject } from '../apimachinery/types.ts';
import { formatGroupResource } from '../apimachinery/types.ts';
import type { Clock } from '../http/context.ts';
import type { SelectionPredicate, Storage } from '../storage/interfaces.ts';
import { selectableFields } from './attributes.ts';
import { conversionOf } from './conversion/shared-storage.ts';
import { newNewFunc } from './new-func.ts';
import { newTableConvertor } from './printers/table-convertor.ts';
import type { TableConvertor } from './rest.ts';
import { storagePrefix } from './storage-prefix.ts';
import { Store } from './store.ts';
import type { Validator } from './strategies/default-strategy.ts';
import { newDefaultStrategy, newStatusStrategy } from './strategies/default-strategy.ts';
import { kindStrategies } from './strategies/kinds.ts';
import type { Strategy } from './strategy.ts';

/** What a storage must know of the resource that it holds. */
export interface StorageTarget {
  resource: GroupResource;
  kind: GroupVersionKind;
  namespaced: boolean;
  /** `/configmaps` */
  prefix: string;
  getAttrs: SelectionPredicate['getAttrs'];
  /** The field that many lists and watches select by. */
  indexField: string | undefined;
  /** An empty object of the kind. */
  newFunc(): KubeObject;
}

export interface StoresOptions {
  scheme: Scheme;
  factory: CodecFactory;
  /** Fills in what was left out. */
  defaulter(obj: KubeObject): void;
  clock: Clock;
  validator: Validator;
  newStorage(target: StorageTarget): Storage;
}

export interface Stores {
  /** The store of a built-in resource, made when it is first asked for. */
  of(resource: GroupResource): Store;
  /** The same objects, of which nothing but the status is written. */
  status(resource: GroupResource): Store;
  table(gvr: GroupVersionResource): TableConvertor;
}

export function newStores(options: StoresOptions): Stores {
  const stores = new Map<string, Store>();
  const of = ({ group, resource: plural }: GroupResource) => {
    const resource = { group, resource: plural };
    const name = formatGroupResource(resource);
    const known = stores.get(name);
    if (known) return known;
    const made = newStore(resource, options);
    stores.set(name, made);
    return made;
  };
  return {
    of,
    status(resource) {
      const store = of(resource);
      return store.withStrategy(newStatusStrategy(formatGroupResource(resource), store.strategy));
    },
    table: (gvr) => newTableConvertor(gvr, options.clock),
  };
}

/** The facts of the version that a resource is stored in: its group's first that is no other's. */
function storedVersion({ group, resource }: GroupResource): { gv: GroupVersion; facts: APIResourceFacts } {
  for (const { version, resources } of discovery.find((g) => g.group === group)?.versions ?? []) {
    const facts = resources.find((r) => r.resource === resource);
    if (facts && !conversionOf({ group, version, resource })) return { gv: { group, version }, facts };
  }
  throw new Error(`no facts about ${formatGroupResource({ group, resource })}`);
}

function newStore(resource: GroupResource, { scheme, factory, defaulter, clock, validator, newStorage }: StoresOptions): Store {
  const { gv, facts } = storedVersion(resource);
  const name = formatGroupResource(resource);
  const kind = { ...gv, kind: facts.responseKind.kind };
  const namespaced = facts.scope === 'Namespaced';
  const newFunc = newNewFunc(factory, resource, kind);
  const { getAttrs, indexField } = selectableFields(name, namespaced);
  const target = { resource, kind, namespaced, prefix: storagePrefix(resource), getAttrs, indexField, newFunc };
  const hasStatus = facts.subresources?.some(({ subresource }) => subresource === 'status') ?? false;
  const main = newDefaultStrategy(name, hasStatus && scheme.schemaFor(kind)?.properties?.status !== undefined, validator);
  const strategy: Strategy = { ...main, ...kindStrategies[name]?.(main, clock) };
  const codec = newStorageCodec(factory, kind, 'application/vnd.kubernetes.protobuf', defaulter, scheme.storageKind(kind));
  return new Store({ ...target, clock, codec, strategy, storage: newStorage(target), table: newTableConvertor({ ...gv, resource: resource.resource }, clock) });
}
