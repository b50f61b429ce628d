/**
 * The cacher: answers reads and watches of one kind from memory. One watch on etcd feeds it, however many watch the kind.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/cacher.go. Leaves out sharded lists and watches.
 */
import { trace } from '@opentelemetry/api';
import type { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import type { GroupResource, KubeObject } from '../../apimachinery/types.ts';
import { formatGroupResource } from '../../apimachinery/types.ts';
import { newBackgroundContext } from '../../http/background.ts';
import type { Clock, RequestContext } from '../../http/context.ts';
import { newNotFound } from '../../http/status.ts';
import { addEvent, withSpan } from '../../observe/tracing.ts';
import type { Logger } from '../../observe/logger.ts';
import { parseResourceVersion } from '../api-object-versioner.ts';
import { prepareContinueToken } from '../continue.ts';
import { errorEvent, nameFromKey, newStaticWatch } from '../errors.ts';
import { bookmarkEvent, initialEventsEndBookmark } from '../initial-events.ts';
import type { ListOptions, ListResult, SelectionPredicate, Storage, Watch, WatchEvent } from '../interfaces.ts';
import { matchesObjectAttributes } from '../selection-predicate.ts';
import { BookmarkTimeBuckets } from './bookmark-time-buckets.ts';
import { CacheWatcher } from './cache-watcher.ts';
import type { WatcherHost } from './cache-watcher.ts';
import type { CacheDescription } from './description.ts';
import { IndexedWatchers, scopeOf } from './indexed-watchers.ts';
import type { CacherMetrics } from './metrics.ts';
import { ConditionalProgressRequester } from './progress-requester.ts';
import { Ready } from './ready.ts';
import { Reflector } from './reflector.ts';
import { TimeBudget } from './time-budget.ts';
import { WatchCache } from './watch-cache.ts';
import { WatchEventMaker } from './watch-cache-event.ts';
import type { WantedState } from './wanted-state.ts';
import type { WatchCacheInterval } from './watch-cache-interval.ts';

export interface CacherOptions {
  storage: Storage;
  /** `/pods`: the kind's own part of its keys. */
  resourcePrefix: string;
  groupResource: GroupResource;
  namespaced: boolean;
  getAttrs: SelectionPredicate['getAttrs'];
  /** The field that many lists and watches select by: their index. */
  indexField?: string | undefined;
  /** An empty object of the kind, which bookmarks carry. */
  newFunc(): KubeObject;
  clock: Clock;
  encodings: EncodingCache;
  log?: Logger | undefined;
  metrics?: CacherMetrics | undefined;
}

/** More than these write for so long that nothing else gets done meanwhile. */
const manyWatchers = 256;

const code = (fn: string) => ({ fn: `Cacher.${fn}`, file: 'server/storage/cacher/cacher.ts' });

export class Cacher implements WatcherHost {
  readonly budget: TimeBudget;
  readonly #options: CacherOptions;
  readonly #storage: Storage;
  readonly #resource: string;
  readonly #ready: Ready;
  readonly #watchCache: WatchCache;
  readonly #watchers: IndexedWatchers;
  readonly #bookmarks: BookmarkTimeBuckets;
  readonly #progress: ConditionalProgressRequester;
  readonly #ctx = newBackgroundContext(trace.getTracer('cacher'), 'watch', '');
  #watcherIdx = 0;

  constructor(options: CacherOptions) {
    const { storage, resourcePrefix, groupResource, namespaced, getAttrs, indexField, clock, encodings, log, metrics } = options;
    this.#options = options;
    this.#storage = storage;
    this.#resource = formatGroupResource(groupResource);
    this.#ready = new Ready(clock);
    const keyFunc = ({ metadata: { namespace, name } }: KubeObject) => `${resourcePrefix}/${namespaced ? `${namespace}/` : ''}${name}`;
    this.#watchCache = new WatchCache({ compactRevision: () => storage.compactRevision, keyFunc, getAttrs, indexField, clock, encodings });
    this.#watchers = new IndexedWatchers(indexField);
    this.#bookmarks = new BookmarkTimeBuckets(clock, (watchers) => this.#sendBookmarks(watchers));
    this.budget = new TimeBudget(clock);
    const reflector = new Reflector({
      storage,
      key: `${resourcePrefix}/`,
      ctx: this.#ctx,
      clock,
      log,
      onReplace: (objects, revision) => {
        this.#watchCache.replace(objects, revision);
        this.#ready.setReady();
        metrics?.initialized(revision, this.#watchCache.capacity);
      },
      onEvent: (event) => this.#processEvent(event),
      onLost: (err) => {
        log?.error(err, `cacher (${this.#resource}): unexpected ListAndWatch error; reinitializing...`);
        this.#ready.setPending(err);
        this.#watchers.terminateAll();
      },
    });
    this.#progress = new ConditionalProgressRequester(() => reflector.requestProgress());
    void reflector.run();
  }

  get isReady(): boolean {
    return this.#ready.isReady;
  }

  /** Resolves once it is ready. */
  wait(): Promise<void> {
    return this.#ready.wait();
  }

  /** The object as the cache has it now, however old. */
  cached(key: string): KubeObject | undefined {
    return this.#watchCache.get(key)?.object;
  }

  async get(ctx: RequestContext, key: string, revision: number): Promise<KubeObject> {
    await this.#waitUntilFresh(ctx, revision);
    const element = this.#watchCache.get(key);
    if (!element) throw newNotFound(this.#options.groupResource, nameFromKey(key));
    return element.object;
  }

  getList(ctx: RequestContext, key: string, options: ListOptions, wanted: WantedState): Promise<ListResult> {
    return withSpan(ctx, 'cacher.GetList', code('getList'), (ctx) => this.#getList(ctx, key, options, wanted), { 'audit-id': ctx.auditID, type: this.#resource });
  }

  async #getList(ctx: RequestContext, key: string, { predicate, resourceVersion }: ListOptions, wanted: WantedState): Promise<ListResult> {
    this.#ready.check();
    addEvent(ctx, 'Ready');
    const revision = wanted.isConsistent ? await this.#storage.getCurrentResourceVersion(ctx) : wanted.revision;
    await this.#waitUntilFresh(ctx, revision);
    const value = wanted.isExact || wanted.from !== undefined ? undefined : this.#indexedValue(predicate);
    const elements = wanted.isExact ? this.#watchCache.listAt(revision, key, wanted.from) : this.#watchCache.list(key, wanted.from, value);
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
    this.#options.metrics?.list(value === undefined ? '' : `f:${this.#options.indexField}`, elements.length, items.length);
    return { items, resourceVersion: String(listed), ...prepareContinueToken(lastKey, key, listed, elements.length, hasMore, predicate) };
  }

  watch(ctx: RequestContext, key: string, options: ListOptions): Promise<Watch> {
    return withSpan(ctx, 'cacher.Watch', code('watch'), async (ctx) => {
      const requested = parseResourceVersion(options.resourceVersion);
      this.#ready.check();
      const { generation } = this.#ready;
      const { sendInitialEvents } = options;
      if (sendInitialEvents && !this.#storage.supportsWatchProgress) return this.#storage.watch(ctx, key, options);
      try {
        const needsCurrent = options.resourceVersion === '' && sendInitialEvents !== undefined;
        const revision = needsCurrent ? await this.#storage.getCurrentResourceVersion(ctx) : requested;
        if (sendInitialEvents) await this.#waitUntilFresh(ctx, revision);
        if (!this.#ready.isReady || this.#ready.generation !== generation) return newStaticWatch([]);
        // from here to the watcher's entry nothing may wait: an event in between would be lost
        return this.#startWatcher(ctx, key, options, revision, this.#watchCache.getAllEventsSince(revision, key, sendInitialEvents, this.#indexedValue(options.predicate)));
      } catch (err) {
        // once a watch is allowed, what goes wrong is told inside it
        return newStaticWatch([errorEvent(err)]);
      }
    }, { 'audit-id': ctx.auditID, type: this.#resource });
  }

  #startWatcher(ctx: RequestContext, key: string, { predicate, sendInitialEvents, deadline }: ListOptions, since: number, interval: WatchCacheInterval): CacheWatcher {
    const { newFunc, encodings, indexField, metrics } = this.#options;
    const { resourceVersion } = this.#watchCache;
    const owesBookmark = sendInitialEvents === true && predicate.allowWatchBookmarks;

    function* initialEvents(): Generator<WatchEvent> {
      let count = 0;
      for (const source of interval.events) {
        count++;
        const event = new WatchEventMaker(source, encodings).eventFor(predicate);
        if (event) yield event;
      }
      if (count > 0) metrics?.initEvents(count);
      if (owesBookmark) yield initialEventsEndBookmark(newFunc(), resourceVersion);
      ctx.watchInitialized?.();
    }

    const scope = scopeOf(key.slice(this.#options.resourcePrefix.length + 1), predicate.field, this.#indexedValue(predicate));
    const channelSize = this.#watchCache.suggestedWatchChannelSize(indexField !== undefined, scope.trigger !== undefined);
    const watcherOptions = { id: this.#watcherIdx++, key, scope, predicate, channelSize, since, revision: interval.revision, deadline };
    const watcher = new CacheWatcher(ctx, watcherOptions, this, initialEvents(), owesBookmark);
    if (watcher.stopped) return watcher;
    this.#watchers.add(watcher);
    if (predicate.allowWatchBookmarks) this.#bookmarks.add(watcher);
    return watcher;
  }

  /** The one value that the indexed field must have, if the selector asks for one. */
  #indexedValue({ field }: SelectionPredicate): string | undefined {
    const { indexField } = this.#options;
    return indexField === undefined ? undefined : field.requiresExactMatch(indexField);
  }

  forget(watcher: CacheWatcher): void {
    this.#watchers.delete(watcher);
  }

  onSlow({ key }: CacheWatcher): void {
    this.#options.metrics?.terminatedWatcher();
    this.#options.log?.info(`Forcing ${this.#resource} watcher close due to unresponsiveness`, { key });
  }

  /** Whether the state of this revision can be told, now or when the cache gets there. */
  mayReach(revision: number): boolean {
    return !this.#watchCache.isFresh(revision) || this.#watchCache.reaches(revision);
  }

  /** A kind in which nothing happens does not get to a revision by itself; where nobody can ask, etcd answers. */
  canWaitFor(revision: number): boolean {
    return this.#storage.supportsWatchProgress || this.#watchCache.isFresh(revision);
  }

  state(): { objects: KubeObject[]; revision: number } {
    const elements = this.#watchCache.list(`${this.#options.resourcePrefix}/`);
    return { objects: elements.map(({ object }) => object), revision: this.#watchCache.resourceVersion };
  }

  markConsistent(consistent: boolean): void {
    this.#watchCache.markConsistent(consistent);
  }

  get objectCount(): number {
    return this.#watchCache.size;
  }

  describe(): CacheDescription {
    return { resource: this.#resource, ready: this.isReady, ...this.#watchCache.describe(), watchers: Array.from(this.#watchers, (watcher) => watcher.describe()) };
  }

  stop(): void {
    this.#ctx.abort(new Error('apiserver cacher is stopped'));
    this.#ready.stop();
    this.#watchers.terminateAll();
    this.#bookmarks.stop();
  }

  async #waitUntilFresh(ctx: RequestContext, revision: number): Promise<void> {
    const { clock, metrics } = this.#options;
    const from = clock.now();
    try {
      const wait = this.#watchCache.waitUntilFresh(ctx, revision);
      await (this.#watchCache.isFresh(revision) ? wait : this.#progress.during(wait));
    } finally {
      if (revision > 0) metrics?.waited((clock.now() - from) / 1000);
    }
  }

  /** Takes a change into the cache and hands it on, all at once: who starts to watch sees it in one of the two places. */
  #processEvent({ type, object }: WatchEvent): Promise<void> | undefined {
    const { encodings, metrics } = this.#options;
    if (type === 'BOOKMARK' || type === 'ERROR') {
      const revision = Number(object.metadata.resourceVersion);
      this.#watchCache.updateResourceVersion(revision);
      metrics?.progressed(revision);
      return undefined;
    }
    const event = this.#watchCache.processEvent(type, object);
    const maker = new WatchEventMaker(event, encodings);
    let isBlocked = false;
    let told = 0;
    for (const watchers of this.#watchers.interestedIn(event)) {
      told += watchers.size;
      for (const watcher of watchers) {
        watcher.add(maker);
        isBlocked ||= watcher.isBlocked;
      }
    }
    metrics?.processed(event.revision, this.#watchCache.capacity);
    // in a burst a watcher may be behind only because its consumer has not had its turn; and where there are many, others want theirs
    return isBlocked || told > manyWatchers ? new Promise((resolve) => setTimeout(resolve, 0)) : undefined;
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
