/**
 * Watchers by what they watch, so that an event meets only those whom it may concern: by the value of a field where they
 * ask for one (a kubelet asks for the Pods of its node), else by namespace and name.
 *
 * Upstream: indexedWatchers in k8s.io/apiserver/pkg/storage/cacher/cacher.go.
 */
import type { FieldSelector } from '../../apimachinery/fields.ts';
import type { CacheWatcher } from './cache-watcher.ts';
import { valueOf } from './store.ts';
import type { WatchCacheEvent } from './watch-cache-event.ts';

/** Of all that a watcher sees; '' for any. */
export interface WatchScope {
  namespace: string;
  name: string;
  /** The one value that the indexed field must have, if the watcher asks for one. */
  trigger: string | undefined;
}

/** What a watch of `path` below the resource's prefix (`default/`, `default/a`, of no namespace `a`) can come across. */
export function scopeOf(path: string, field: FieldSelector, trigger: string | undefined): WatchScope {
  const slash = path.indexOf('/');
  return {
    namespace: path.slice(0, Math.max(slash, 0)) || (field.requiresExactMatch('metadata.namespace') ?? ''),
    name: path.slice(slash + 1) || (field.requiresExactMatch('metadata.name') ?? ''),
    trigger,
  };
}

export class IndexedWatchers {
  readonly #indexField: string | undefined;
  readonly #byScope = new Map<string, Set<CacheWatcher>>();
  readonly #byTrigger = new Map<string, Set<CacheWatcher>>();

  constructor(indexField: string | undefined) {
    this.#indexField = indexField;
  }

  add(watcher: CacheWatcher): void {
    const { index, key } = this.#placeOf(watcher);
    const watchers = index.get(key);
    if (watchers) watchers.add(watcher);
    else index.set(key, new Set([watcher]));
  }

  delete(watcher: CacheWatcher): void {
    const { index, key } = this.#placeOf(watcher);
    const watchers = index.get(key);
    watchers?.delete(watcher);
    if (watchers?.size === 0) index.delete(key);
  }

  /** Whoever may want to know of this change; of an object that moves from one node to another, the watchers of both. */
  interestedIn({ element, previous }: WatchCacheEvent): ReadonlySet<CacheWatcher>[] {
    const { 'metadata.namespace': namespace = '', 'metadata.name': name = '' } = element.attributes.fields;
    const found = [...new Set([scopeKey(namespace, name), scopeKey(namespace, ''), scopeKey('', name), scopeKey('', '')])].map((key) => this.#byScope.get(key));
    if (this.#indexField !== undefined) {
      const value = valueOf(element, this.#indexField);
      const before = previous ? valueOf(previous, this.#indexField) : value;
      found.push(this.#byTrigger.get(value), before === value ? undefined : this.#byTrigger.get(before));
    }
    return found.filter((watchers) => watchers !== undefined);
  }

  *[Symbol.iterator](): Generator<CacheWatcher, void> {
    for (const index of [this.#byScope, this.#byTrigger]) for (const watchers of index.values()) yield* watchers;
  }

  terminateAll(): void {
    for (const watcher of [...this]) watcher.stop();
  }

  #placeOf({ scope: { namespace, name, trigger } }: CacheWatcher) {
    return trigger === undefined ? { index: this.#byScope, key: scopeKey(namespace, name) } : { index: this.#byTrigger, key: trigger };
  }
}

const scopeKey = (namespace: string, name: string) => `${namespace}/${name}`;
