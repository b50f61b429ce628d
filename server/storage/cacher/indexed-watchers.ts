/**
 * Watchers by the key that they watch, so that an event meets only those of its object, its namespace and its kind.
 *
 * Upstream: indexedWatchers in k8s.io/apiserver/pkg/storage/cacher/cacher.go, where the index is by namespace and name.
 * Leaves out triggers by field (a pod's node).
 */
import type { CacheWatcher } from './cache-watcher.ts';

export class IndexedWatchers {
  readonly #byKey = new Map<string, Set<CacheWatcher>>();

  add(watcher: CacheWatcher): void {
    const watchers = this.#byKey.get(watcher.key);
    if (watchers) watchers.add(watcher);
    else this.#byKey.set(watcher.key, new Set([watcher]));
  }

  delete(watcher: CacheWatcher): void {
    const watchers = this.#byKey.get(watcher.key);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#byKey.delete(watcher.key);
  }

  /** For `/pods/default/a`: the watchers of itself, of `/pods/default/` and of `/pods/`. */
  *interestedIn(key: string): Generator<CacheWatcher> {
    yield* this.#byKey.get(key) ?? [];
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
      yield* this.#byKey.get(key.slice(0, end + 1)) ?? [];
    }
  }

  terminateAll(): void {
    for (const watchers of [...this.#byKey.values()]) for (const watcher of [...watchers]) watcher.stop();
  }
}
