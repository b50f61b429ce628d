/**
 * Objects by key, and by whatever else they are looked for.
 *
 * Upstream: k8s.io/client-go/tools/cache (Store, Indexer, ThreadSafeStore, MetaNamespaceKeyFunc). Leaves out the locks:
 * no two things happen at once here.
 */
import type { KubeObject } from '../apimachinery/types.ts';

export type KeyFunc<T> = (obj: T) => string;
export type IndexFunc<T> = (obj: T) => string[];
export type Indexers<T> = Record<string, IndexFunc<T>>;

export interface Store<T> {
  add(obj: T): void;
  update(obj: T): void;
  delete(obj: T): void;
  list(): T[];
  listKeys(): string[];
  get(obj: T): T | undefined;
  getByKey(key: string): T | undefined;
  /** Holds these from now on, and nothing else. */
  replace(list: readonly T[], resourceVersion: string): void;
}

export interface Indexer<T> extends Store<T> {
  /** The objects that share a value of the index with this one. */
  index(indexName: string, obj: T): T[];
  indexKeys(indexName: string, value: string): string[];
  listIndexFuncValues(indexName: string): string[];
  byIndex(indexName: string, value: string): T[];
  getIndexers(): Readonly<Indexers<T>>;
  addIndexers(indexers: Indexers<T>): void;
}

export const NAMESPACE_INDEX = 'namespace';

export const metaNamespaceIndexFunc: IndexFunc<KubeObject> = ({ metadata: { namespace = '' } }) => [namespace];

/** `namespace/name`, or the name alone. */
export function metaNamespaceKeyFunc({ metadata: { namespace = '', name = '' } }: KubeObject): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

export function splitMetaNamespaceKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, Math.max(slash, 0)), name: key.slice(slash + 1) };
}

export const newStore = <T>(keyFunc: KeyFunc<T>): Store<T> => newIndexer(keyFunc, {});

export function newIndexer<T>(keyFunc: KeyFunc<T>, indexers: Indexers<T>): Indexer<T> {
  const items = new Map<string, T>();
  const indices = new Map<string, { func: IndexFunc<T>; keys: Map<string, Set<string>> }>();

  function set(key: string, obj: T): void {
    const old = items.get(key);
    items.set(key, obj);
    for (const index of indices.values()) updateIndex(index, key, old, obj);
  }

  function updateIndex({ func, keys }: { func: IndexFunc<T>; keys: Map<string, Set<string>> }, key: string, old: T | undefined, obj: T | undefined): void {
    const before = old === undefined ? [] : func(old);
    const after = new Set(obj === undefined ? [] : func(obj));
    for (const value of before) {
      if (after.has(value)) continue;
      const set = keys.get(value);
      set?.delete(key);
      if (set?.size === 0) keys.delete(value);
    }
    for (const value of after) {
      const set = keys.get(value) ?? new Set();
      keys.set(value, set.add(key));
    }
  }

  function named(name: string) {
    const index = indices.get(name);
    if (!index) throw new Error(`Index with name ${name} does not exist`);
    return index;
  }

  function keysOf(indexName: string, values: string[]): string[] {
    const { keys } = named(indexName);
    return [...new Set(values.flatMap((value) => [...(keys.get(value) ?? [])]))];
  }

  const indexer: Indexer<T> = {
    add: (obj) => set(keyFunc(obj), obj),
    update: (obj) => set(keyFunc(obj), obj),
    delete(obj) {
      const key = keyFunc(obj);
      const old = items.get(key);
      if (!items.delete(key)) return;
      for (const index of indices.values()) updateIndex(index, key, old, undefined);
    },
    list: () => [...items.values()],
    listKeys: () => [...items.keys()],
    get: (obj) => items.get(keyFunc(obj)),
    getByKey: (key) => items.get(key),
    replace(list) {
      items.clear();
      for (const { keys } of indices.values()) keys.clear();
      for (const obj of list) set(keyFunc(obj), obj);
    },
    index: (name, obj) => keysOf(name, named(name).func(obj)).map((key) => items.get(key)!),
    indexKeys: (name, value) => keysOf(name, [value]),
    listIndexFuncValues: (name) => [...named(name).keys.keys()],
    byIndex: (name, value) => keysOf(name, [value]).map((key) => items.get(key)!),
    getIndexers: () => Object.fromEntries([...indices].map(([name, { func }]) => [name, func])),
    addIndexers(added) {
      for (const [name, func] of Object.entries(added)) {
        if (indices.has(name)) throw new Error(`indexer conflict: ${name}`);
        const index = { func, keys: new Map<string, Set<string>>() };
        indices.set(name, index);
        for (const [key, obj] of items) updateIndex(index, key, undefined, obj);
      }
    },
  };
  indexer.addIndexers(indexers);
  return indexer;
}
