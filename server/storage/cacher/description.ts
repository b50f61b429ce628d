/**
 * What a cache says of itself to those who look: how far it is, what its window holds, and where each watcher stands.
 *
 * Upstream: the metrics apiserver_watch_cache_* show some of it.
 */
export interface WatcherDescription {
  /** Counts up within its cache. */
  id: number;
  /** Of the watched object, or of the objects below. */
  key: string;
  /** What its consumer has been told of: the revision of the last event or bookmark handed over, else the one that it began at. */
  revision: number;
  /** Events that wait for it, and whether they are more than there should be. */
  waiting: number;
  blocked: boolean;
}

export interface CacheDescription {
  /** `pods`, `deployments.apps` */
  resource: string;
  ready: boolean;
  /** Up to where the cache has followed etcd. */
  resourceVersion: number;
  /** That of the list which it began with. */
  listResourceVersion: number;
  /** The oldest revision that a watch can go on from. */
  oldestRevision: number;
  /** How many events the window may hold now, and how many it does. */
  capacity: number;
  size: number;
  objects: number;
  watchers: WatcherDescription[];
}

export interface DescribedCache {
  describe(): CacheDescription;
}
