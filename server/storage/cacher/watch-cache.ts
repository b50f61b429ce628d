/**
 * The watch cache: the newest state of a kind, the recent events that led to it, and the revision that both stand for.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/watch_cache.go. Leaves out indexes.
 */
import type { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Clock, RequestContext } from '../../http/context.ts';
import { newResourceExpired, newTooLargeResourceVersion } from '../../http/status.ts';
import { addEvent } from '../../observe/tracing.ts';
import { objectResourceVersion } from '../api-object-versioner.ts';
import type { SelectionPredicate } from '../interfaces.ts';
import { isRecursive } from '../list-options.ts';
import { stateBefore } from './past-state.ts';
import { Ring, eventFreshDuration } from './ring.ts';
import { SortedStore } from './store.ts';
import type { StoreElement } from './store.ts';
import type { WatchCacheEvent } from './watch-cache-event.ts';
import { intervalFromRing, intervalFromStore } from './watch-cache-interval.ts';
import type { WatchCacheInterval } from './watch-cache-interval.ts';

/** How long a request waits for the cache to reach its revision. */
const blockTimeout = 3000;
const retryAfterSeconds = 1;

interface WatchCacheOptions {
  /** What etcd has forgotten, the cache no longer lists either. */
  compactRevision(): number;
  keyFunc(obj: KubeObject): string;
  getAttrs: SelectionPredicate['getAttrs'];
  clock: Clock;
  encodings: EncodingCache;
}

export class WatchCache {
  readonly #options: WatchCacheOptions;
  readonly #store = new SortedStore();
  readonly #ring = new Ring<WatchCacheEvent>();
  readonly #waiters = new Set<{ revision: number; wake(): void }>();
  #resourceVersion = 0;
  #listResourceVersion = 0;
  #removedEventSinceRelist = false;

  constructor(options: WatchCacheOptions) {
    this.#options = options;
  }

  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  get size(): number {
    return this.#store.size;
  }

  replace(objects: KubeObject[], revision: number): void {
    this.#store.replace(objects.map((object) => this.#element(object)));
    this.#ring.clear();
    this.#removedEventSinceRelist = false;
    this.#listResourceVersion = revision;
    this.updateResourceVersion(revision);
  }

  processEvent(type: WatchCacheEvent['type'], object: KubeObject): WatchCacheEvent {
    const element = this.#element(object);
    const revision = objectResourceVersion(object);
    const previous = this.#store.get(element.key) ?? (type === 'DELETED' ? element : undefined);
    const event = { type, revision, recordTime: this.#options.clock.now(), element, previous };
    if (this.#ring.push(event)) this.#removedEventSinceRelist = true;
    if (type === 'DELETED') this.#store.delete(element.key);
    else this.#store.set(element);
    this.updateResourceVersion(revision);
    return event;
  }

  updateResourceVersion(revision: number): void {
    this.#resourceVersion = revision;
    for (const waiter of this.#waiters) if (waiter.revision <= revision) waiter.wake();
  }

  get(key: string): StoreElement | undefined {
    return this.#store.get(key);
  }

  /** What a list of this key answers, in the order of keys, from `from` on if it is given. */
  list(key: string, from?: string): StoreElement[] {
    if (isRecursive(key)) return this.#store.listPrefix(key, from);
    const element = this.#store.get(key);
    return element ? [element] : [];
  }

  /** Whether the cache can tell what there was at this revision, or will be able to. */
  reaches(revision: number): boolean {
    return revision >= Math.max(this.#oldestRevision, this.#options.compactRevision());
  }

  /** What a list of this key answered at a revision that the cache has come to. Throws upstream's Expired where it does not reach back so far. */
  listAt(revision: number, key: string, from = key): StoreElement[] {
    if (!this.reaches(revision)) throw newResourceExpired(`too old resource version: ${revision}`);
    return stateBefore(this.list(key, from), this.#ring, revision, (changed) => changed.startsWith(key) && changed >= from);
  }

  /** The first revision whose successors are all in the window. */
  get #oldestRevision(): number {
    return this.#removedEventSinceRelist ? this.#ring.at(this.#ring.start)!.revision - 1 : this.#listResourceVersion;
  }

  isFresh(revision: number): boolean {
    return this.#resourceVersion >= revision;
  }

  /** Throws upstream's Timeout if the cache does not get as far as this revision in time. */
  async waitUntilFresh(ctx: RequestContext, revision: number): Promise<void> {
    if (!this.isFresh(revision)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiter = { revision, wake: resolve };
      this.#waiters.add(waiter);
      const timer = setTimeout(resolve, blockTimeout);
      await promise;
      clearTimeout(timer);
      this.#waiters.delete(waiter);
      if (!this.isFresh(revision)) throw newTooLargeResourceVersion(revision, this.#resourceVersion, retryAfterSeconds);
    }
    addEvent(ctx, 'watchCache fresh enough');
  }

  /**
   * What a watch from this revision begins with. Revision 0 stands for the state first, unless `sendInitialEvents`
   * says otherwise. Throws upstream's Expired for a revision from before the window.
   */
  getAllEventsSince(revision: number, key: string, sendInitialEvents: boolean | undefined): WatchCacheInterval {
    if (sendInitialEvents ?? revision === 0) return intervalFromStore(this.list(key), this.#resourceVersion);
    const since = revision === 0 ? this.#resourceVersion : revision;
    if (since < this.#oldestRevision) throw newResourceExpired(`too old resource version: ${since} (${this.#oldestRevision})`);
    return intervalFromRing(this.#ring, this.#ring.firstAfter(since), key, since);
  }

  /** How many events a watcher may leave waiting: about those of one second, as far as the window tells. */
  suggestedWatchChannelSize(): number {
    return Math.min(100, Math.max(10, Math.ceil(this.#ring.capacity / (eventFreshDuration / 1000))));
  }

  #element(object: KubeObject): StoreElement {
    this.#options.encodings.remember(object);
    return { key: this.#options.keyFunc(object), object, attributes: this.#options.getAttrs(object) };
  }
}
