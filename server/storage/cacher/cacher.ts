/**
 * The cacher: a Storage in front of the etcd store that answers reads and watches of one kind from memory. One watch on
 * etcd feeds it, however many watch the kind.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/{cacher,delegator}.go. Leaves out the consistency checker and triggers by
 * field.
 */
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import type { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import type { GroupResource, KubeObject } from '../../apimachinery/types.ts';
import { formatGroupResource } from '../../apimachinery/types.ts';
import { Cancellation } from '../../http/cancellation.ts';
import type { Clock } from '../../http/context.ts';
import { RequestContext } from '../../http/context.ts';
import { newNotFound } from '../../http/status.ts';
import { addEvent, withSpan } from '../../observe/tracing.ts';
import type { Logger } from '../../observe/logger.ts';
import { parseResourceVersion } from '../api-object-versioner.ts';
import { prepareContinueToken } from '../continue.ts';
import { errorEvent, isResourceExpired, isTooLargeResourceVersion, mayBeThereSoon, nameFromKey, newStaticWatch } from '../errors.ts';
import { bookmarkEvent, initialEventsEndBookmark } from '../initial-events.ts';
import type { DeleteOptions, GetOptions, ListOptions, ListResult, SelectionPredicate, Storage, StorageStats, UpdateOptions, Watch, WatchEvent } from '../interfaces.ts';
import { isRecursive } from '../list-options.ts';
import { matchesObjectAttributes, predicateEmpty } from '../selection-predicate.ts';
import { BookmarkTimeBuckets } from './bookmark-time-buckets.ts';
import { CacheWatcher } from './cache-watcher.ts';
import { IndexedWatchers } from './indexed-watchers.ts';
import { ConditionalProgressRequester } from './progress-requester.ts';
import { Ready } from './ready.ts';
import { Reflector } from './reflector.ts';
import { WatchCache } from './watch-cache.ts';
import { WatchEventMaker } from './watch-cache-event.ts';
import { wantedBy, withoutLimitAtZero } from './wanted-state.ts';
import type { WantedState } from './wanted-state.ts';
import type { WatchCacheInterval } from './watch-cache-interval.ts';

export interface CacherOptions {
  storage: Storage;
  /** `/pods`: the kind's own part of its keys. */
  resourcePrefix: string;
  groupResource: GroupResource;
  namespaced: boolean;
  getAttrs: SelectionPredicate['getAttrs'];
  /** An empty object of the kind, which bookmarks carry. */
  newFunc(): KubeObject;
  clock: Clock;
  encodings: EncodingCache;
  log?: Logger;
}

const code = (fn: string) => ({ fn: `Cacher.${fn}`, file: 'server/storage/cacher/cacher.ts' });

export function newCacher(options: CacherOptions): Storage {
  return new Cacher(options);
}

export class Cacher implements Storage {
  readonly supportsWatchProgress: boolean;
  readonly #options: CacherOptions;
  readonly #storage: Storage;
  readonly #ready: Ready;
  readonly #watchCache: WatchCache;
  readonly #watchers = new IndexedWatchers();
  readonly #bookmarks: BookmarkTimeBuckets;
  readonly #progress: ConditionalProgressRequester;
  readonly #ctx = new RequestContext(new Cancellation(), trace.getTracer('cacher'), trace.wrapSpanContext(INVALID_SPAN_CONTEXT));

  constructor(options: CacherOptions) {
    const { storage, resourcePrefix, namespaced, getAttrs, clock, encodings, log } = options;
    this.supportsWatchProgress = storage.supportsWatchProgress;
    this.#options = options;
    this.#storage = storage;
    this.#ready = new Ready(clock);
    const keyFunc = ({ metadata: { namespace, name } }: KubeObject) => `${resourcePrefix}/${namespaced ? `${namespace}/` : ''}${name}`;
    this.#watchCache = new WatchCache({ compactRevision: () => storage.compactRevision, keyFunc, getAttrs, clock, encodings });
    this.#bookmarks = new BookmarkTimeBuckets(clock, (watchers) => this.#sendBookmarks(watchers));
    const reflector = new Reflector({
      storage,
      key: `${resourcePrefix}/`,
      ctx: this.#ctx,
      clock,
      log,
      onReplace: (objects, revision) => {
        this.#watchCache.replace(objects, revision);
        this.#ready.setReady();
      },
      onEvent: (event) => this.#processEvent(event),
      onLost: (err) => {
        log?.error(err, `cacher (${formatGroupResource(options.groupResource)}): unexpected ListAndWatch error; reinitializing...`);
        this.#ready.setPending(err);
        this.#watchers.terminateAll();
      },
    });
    this.#progress = new ConditionalProgressRequester(() => reflector.requestProgress());
    void reflector.run();
  }

  create(ctx: RequestContext, key: string, obj: KubeObject, ttlSeconds?: number): Promise<KubeObject> {
    return this.#storage.create(ctx, key, obj, ttlSeconds);
  }

  get(ctx: RequestContext, key: string, options: GetOptions): Promise<KubeObject> {
    return withSpan(ctx, 'cacher.Get', code('get'), async (ctx) => {
      const revision = parseResourceVersion(options.resourceVersion);
      if (options.resourceVersion === '' || !this.#ready.isReady || !this.#canWaitFor(revision)) {
        addEvent(ctx, `About to Get from underlying storage${this.#ready.isReady ? '' : ' - cache not initialized'}`);
        return mayBeThereSoon(this.#storage.get(ctx, key, this.#withCached(key, options)));
      }
      addEvent(ctx, 'About to fetch object from cache');
      await this.#waitUntilFresh(ctx, revision);
      const element = this.#watchCache.get(key);
      if (!element) throw newNotFound(this.#options.groupResource, nameFromKey(key));
      return element.object;
    }, { 'audit-id': ctx.auditID, key, 'resource-version': options.resourceVersion });
  }

  async getList(ctx: RequestContext, key: string, options: ListOptions): Promise<ListResult> {
    const wanted = wantedBy(key, options);
    if (this.#shouldDelegateList(key, options, wanted)) return mayBeThereSoon(this.#storage.getList(ctx, key, withoutLimitAtZero(options)));
    try {
      return await withSpan(ctx, 'cacher.GetList', code('getList'), (ctx) => this.#listFromCache(ctx, key, options, wanted), {
        'audit-id': ctx.auditID,
        type: formatGroupResource(this.#options.groupResource),
      });
    } catch (err) {
      // the cache did not catch up in time, or has meanwhile forgotten, which etcd may not have
      if ((wanted.isConsistent && isTooLargeResourceVersion(err)) || isResourceExpired(err)) return this.#storage.getList(ctx, key, options);
      throw err;
    }
  }

  #shouldDelegateList(key: string, { predicate }: ListOptions, { revision, isExact, isConsistent }: WantedState): boolean {
    if (isExact && (!isRecursive(key) || (this.#watchCache.isFresh(revision) && !this.#watchCache.reaches(revision)))) return true;
    if (isConsistent ? !this.supportsWatchProgress : !this.#canWaitFor(revision)) return true;
    return !this.#ready.isReady && predicateEmpty(predicate) && predicate.limit > 0;
  }

  async #listFromCache(ctx: RequestContext, key: string, options: ListOptions, wanted: WantedState): Promise<ListResult> {
    const { predicate, resourceVersion } = options;
    this.#ready.check();
    addEvent(ctx, 'Ready');
    const revision = wanted.isConsistent ? await this.#storage.getCurrentResourceVersion(ctx) : wanted.revision;
    await this.#waitUntilFresh(ctx, revision);
    const elements = wanted.isExact ? this.#watchCache.listAt(revision, key, wanted.from) : this.#watchCache.list(key, wanted.from);
    const listed = wanted.isExact ? revision : this.#watchCache.resourceVersion;
    addEvent(ctx, 'Listed items from cache', { count: elements.length });

    const limit = resourceVersion === '0' || predicate.limit <= 0 ? Infinity : predicate.limit;
    const items: KubeObject[] = [];
    let lastKey = '';
    let hasMore = false;
    for (const [i, element] of elements.entries()) {
      if (!matchesObjectAttributes(predicate, element.attributes)) continue;
      items.push(element.object);
      lastKey = element.key;
      if (items.length < limit) continue;
      hasMore = i < elements.length - 1;
      break;
    }
    addEvent(ctx, 'Filtered items', { count: items.length });
    return { items, resourceVersion: String(listed), ...prepareContinueToken(lastKey, key, listed, elements.length, hasMore, predicate) };
  }

  watch(ctx: RequestContext, key: string, options: ListOptions): Promise<Watch> {
    const attributes = { 'audit-id': ctx.auditID, type: formatGroupResource(this.#options.groupResource) };
    return withSpan(ctx, 'cacher.Watch', code('watch'), async (ctx) => {
      const requested = parseResourceVersion(options.resourceVersion);
      this.#ready.check();
      const { generation } = this.#ready;
      const { sendInitialEvents } = options;
      if (sendInitialEvents && !this.supportsWatchProgress) return this.#storage.watch(ctx, key, options);
      try {
        const needsCurrent = options.resourceVersion === '' && sendInitialEvents !== undefined;
        const revision = needsCurrent ? await this.#storage.getCurrentResourceVersion(ctx) : requested;
        if (sendInitialEvents) await this.#waitUntilFresh(ctx, revision);
        if (!this.#ready.isReady || this.#ready.generation !== generation) return newStaticWatch([]);
        // from here to the watcher's entry nothing may wait: an event in between would be lost
        return this.#startWatcher(ctx, key, options, this.#watchCache.getAllEventsSince(revision, key, sendInitialEvents));
      } catch (err) {
        // once a watch is allowed, what goes wrong is told inside it
        return newStaticWatch([errorEvent(err)]);
      }
    }, attributes);
  }

  #startWatcher(ctx: RequestContext, key: string, options: ListOptions, interval: WatchCacheInterval): CacheWatcher {
    const { predicate, sendInitialEvents, deadline } = options;
    const { newFunc, encodings, log } = this.#options;
    const { resourceVersion } = this.#watchCache;

    function* initialEvents(): Generator<WatchEvent> {
      for (const source of interval.events) {
        const event = new WatchEventMaker(source, encodings).eventFor(predicate);
        if (event) yield event;
      }
      if (sendInitialEvents && predicate.allowWatchBookmarks) yield initialEventsEndBookmark(newFunc(), resourceVersion);
      ctx.watchInitialized?.();
    }

    const watcher = new CacheWatcher({
      key,
      predicate,
      channelSize: this.#watchCache.suggestedWatchChannelSize(),
      initialEvents: initialEvents(),
      revision: interval.revision,
      deadline,
      signal: ctx.signal,
      forget: (stopped) => this.#watchers.delete(stopped),
      onSlow: () => log?.info(`Forcing ${formatGroupResource(this.#options.groupResource)} watcher close due to unresponsiveness`, { key }),
    });
    if (watcher.stopped) return watcher;
    this.#watchers.add(watcher);
    if (predicate.allowWatchBookmarks) this.#bookmarks.add(watcher);
    return watcher;
  }

  guaranteedUpdate(ctx: RequestContext, key: string, options: UpdateOptions): Promise<KubeObject> {
    return this.#storage.guaranteedUpdate(ctx, key, this.#withCached(key, options));
  }

  delete(ctx: RequestContext, key: string, options: DeleteOptions): Promise<KubeObject> {
    return this.#storage.delete(ctx, key, this.#withCached(key, options));
  }

  /** The cached object in place of whatever the caller suggests: it saves the read before a write, the decoding after a read. */
  #withCached<T extends { cachedExistingObject?: KubeObject }>(key: string, { cachedExistingObject: _, ...options }: T) {
    const element = this.#watchCache.get(key);
    return element ? { ...options, cachedExistingObject: element.object } : options;
  }

  getCurrentResourceVersion(ctx: RequestContext): Promise<number> {
    return this.#storage.getCurrentResourceVersion(ctx);
  }

  get compactRevision(): number {
    return this.#storage.compactRevision;
  }

  stats(): StorageStats {
    return { ...this.#storage.stats(), objectCount: this.#watchCache.size };
  }

  readinessCheck(): Promise<void> {
    return this.#ready.wait();
  }

  close(): void {
    this.#ctx.abort(new Error('apiserver cacher is stopped'));
    this.#ready.stop();
    this.#watchers.terminateAll();
    this.#bookmarks.stop();
    this.#storage.close();
  }

  /** A kind in which nothing happens does not get to a revision by itself; where nobody can ask, etcd answers. */
  #canWaitFor(revision: number): boolean {
    return this.supportsWatchProgress || this.#watchCache.isFresh(revision);
  }

  #waitUntilFresh(ctx: RequestContext, revision: number): Promise<void> {
    const wait = this.#watchCache.waitUntilFresh(ctx, revision);
    return this.#watchCache.isFresh(revision) ? wait : this.#progress.during(wait);
  }

  /** Takes a change into the cache and hands it on, all at once: who starts to watch sees it in one of the two places. */
  #processEvent({ type, object }: WatchEvent): Promise<void> | undefined {
    if (type === 'BOOKMARK' || type === 'ERROR') {
      this.#watchCache.updateResourceVersion(Number(object.metadata.resourceVersion));
      return undefined;
    }
    const event = this.#watchCache.processEvent(type, object);
    const maker = new WatchEventMaker(event, this.#options.encodings);
    let isBlocked = false;
    for (const watcher of this.#watchers.interestedIn(event.element.key)) {
      watcher.add(maker);
      isBlocked ||= watcher.isBlocked;
    }
    // in a burst a watcher may be behind only because its consumer has not had its turn
    return isBlocked ? new Promise((resolve) => setTimeout(resolve, 0)) : undefined;
  }

  #sendBookmarks(watchers: CacheWatcher[]): void {
    const { resourceVersion } = this.#watchCache;
    const bookmark = bookmarkEvent(this.#options.newFunc(), resourceVersion);
    this.#options.encodings.remember(bookmark.object);
    for (const watcher of watchers) {
      watcher.addBookmark(bookmark, resourceVersion);
      this.#bookmarks.add(watcher);
    }
  }
}
