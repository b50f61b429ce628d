/**
 * The storage that requests see where there is a cache: what the cache can answer it answers, all else goes to etcd.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/delegator.go, and ShouldDelegateList of cacher/delegator/interface.go.
 * Where etcd cannot be asked how far a watch is, ours lets etcd answer what upstream waits for in vain: reads from a
 * revision on that the cache has not reached, and watches that begin with the state.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { RequestContext } from '../../http/context.ts';
import { addEvent, withSpan } from '../../observe/tracing.ts';
import { parseResourceVersion } from '../api-object-versioner.ts';
import { isResourceExpired, isTooLargeResourceVersion, mayBeThereSoon } from '../errors.ts';
import type { DeleteOptions, GetOptions, ListOptions, ListResult, Storage, StorageStats, UpdateOptions, Watch } from '../interfaces.ts';
import { isRecursive } from '../list-options.ts';
import { predicateEmpty } from '../selection-predicate.ts';
import type { CacherOptions } from './cacher.ts';
import { Cacher } from './cacher.ts';
import { ConsistencyChecker } from './consistency-checker.ts';
import type { CacheDescription, DescribedCache } from './description.ts';
import type { CacherMetrics } from './metrics.ts';
import { wantedBy, withoutLimitAtZero } from './wanted-state.ts';
import type { WantedState } from './wanted-state.ts';

interface CacheDelegatorOptions extends CacherOptions {
  /** Who stands here while it runs. */
  caches?: Set<DescribedCache> | undefined;
}

export function newCacheDelegator(options: CacheDelegatorOptions): Storage {
  return new CacheDelegator(options);
}

export class CacheDelegator implements Storage, DescribedCache {
  readonly #storage: Storage;
  readonly #cacher: Cacher;
  readonly #checker: ConsistencyChecker;
  readonly #caches: Set<DescribedCache> | undefined;
  readonly #metrics: CacherMetrics | undefined;

  constructor(options: CacheDelegatorOptions) {
    const { storage, resourcePrefix, groupResource, log, metrics } = options;
    this.#storage = storage;
    this.#metrics = metrics;
    this.#cacher = new Cacher(options);
    this.#checker = new ConsistencyChecker({ groupResource, key: `${resourcePrefix}/`, cacher: this.#cacher, etcd: storage, log, metrics });
    this.#checker.start();
    this.#caches = options.caches;
    this.#caches?.add(this);
  }

  get supportsWatchProgress(): boolean {
    return this.#storage.supportsWatchProgress;
  }

  create(ctx: RequestContext, key: string, obj: KubeObject, ttlSeconds?: number): Promise<KubeObject> {
    return this.#storage.create(ctx, key, obj, ttlSeconds);
  }

  get(ctx: RequestContext, key: string, options: GetOptions): Promise<KubeObject> {
    return withSpan(ctx, 'cacher.Get', { fn: 'CacheDelegator.get', file: 'server/storage/cacher/delegator.ts' }, async (ctx) => {
      const revision = parseResourceVersion(options.resourceVersion);
      if (options.resourceVersion === '' || !this.#cacher.isReady || !this.#cacher.canWaitFor(revision)) {
        addEvent(ctx, `About to Get from underlying storage${this.#cacher.isReady ? '' : ' - cache not initialized'}`);
        return mayBeThereSoon(this.#storage.get(ctx, key, this.#withCached(key, options)));
      }
      addEvent(ctx, 'About to fetch object from cache');
      return this.#cacher.get(ctx, key, revision);
    }, { 'audit-id': ctx.auditID, key, 'resource-version': options.resourceVersion });
  }

  async getList(ctx: RequestContext, key: string, options: ListOptions): Promise<ListResult> {
    const wanted = wantedBy(key, options);
    if (this.#shouldDelegateList(key, options, wanted)) return mayBeThereSoon(this.#storage.getList(ctx, key, withoutLimitAtZero(options)));
    let fallsBack = false;
    try {
      const list = await this.#cacher.getList(ctx, key, options, wanted).catch((err: unknown) => {
        // the cache did not catch up in time, or has meanwhile forgotten, which etcd may not have
        fallsBack = (wanted.isConsistent && isTooLargeResourceVersion(err)) || isResourceExpired(err);
        if (fallsBack) return this.#storage.getList(ctx, key, options);
        throw err;
      });
      if (wanted.isConsistent) this.#metrics?.consistentRead(true, fallsBack);
      return list;
    } catch (err) {
      if (wanted.isConsistent) this.#metrics?.consistentRead(false, fallsBack);
      throw err;
    }
  }

  #shouldDelegateList(key: string, { predicate }: ListOptions, { revision, isExact, isConsistent }: WantedState): boolean {
    if (isExact && (!isRecursive(key) || !this.#cacher.mayReach(revision))) return true;
    if (isConsistent ? !this.supportsWatchProgress : !this.#cacher.canWaitFor(revision)) return true;
    return !this.#cacher.isReady && predicateEmpty(predicate) && predicate.limit > 0;
  }

  watch(ctx: RequestContext, key: string, options: ListOptions): Promise<Watch> {
    return this.#cacher.watch(ctx, key, options);
  }

  guaranteedUpdate(ctx: RequestContext, key: string, options: UpdateOptions): Promise<KubeObject> {
    return this.#storage.guaranteedUpdate(ctx, key, this.#withCached(key, options));
  }

  delete(ctx: RequestContext, key: string, options: DeleteOptions): Promise<KubeObject> {
    return this.#storage.delete(ctx, key, this.#withCached(key, options));
  }

  /** The cached object in place of whatever the caller suggests: it saves the read before a write, the decoding after a read. */
  #withCached<T extends { cachedExistingObject?: KubeObject }>(key: string, { cachedExistingObject: _, ...options }: T) {
    const cached = this.#cacher.cached(key);
    return cached ? { ...options, cachedExistingObject: cached } : options;
  }

  getCurrentResourceVersion(ctx: RequestContext): Promise<number> {
    return this.#storage.getCurrentResourceVersion(ctx);
  }

  get compactRevision(): number {
    return this.#storage.compactRevision;
  }

  stats(): StorageStats {
    return { ...this.#storage.stats(), objectCount: this.#cacher.objectCount };
  }

  /** The cache knows what there is; sizes of what went while it could not follow are dropped when etcd says that it is gone. */
  async refreshStats(ctx: RequestContext, key: string): Promise<void> {
    if (this.#cacher.isReady && this.#storage.stats().objectCount > this.#cacher.objectCount) await this.#storage.refreshStats?.(ctx, key);
  }

  describe(): CacheDescription {
    return this.#cacher.describe();
  }

  readinessCheck(): Promise<void> {
    return this.#cacher.wait();
  }

  close(): void {
    this.#caches?.delete(this);
    this.#checker.stop();
    this.#cacher.stop();
    this.#storage.close();
  }
}
