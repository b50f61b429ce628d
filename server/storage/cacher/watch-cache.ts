/**
 * The watch cache: the newest state of a kind, the recent events that led to it, and the revision that both stand for.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/watch_cache.go. Leaves out indexes and snapshots.
 */
import type { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Clock, RequestContext } from '../../http/context.ts';
import { newResourceExpired, newTooLargeResourceVersion } from '../../http/status.ts';
import { addEvent } from '../../observe/tracing.ts';
import { objectResourceVersion } from '../api-object-versioner.ts';
import type { SelectionPredicate } from '../interfaces.ts';
import { isRecursive } from '../list-options.ts';
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

  /** What a list of this key answers, in the order of keys. */
  list(key: string): StoreElement[] {
    if (isRecursive(key)) return this.#store.listPrefix(key);
    const element = this.#store.get(key);
    return element ? [element] : [];
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
    const oldest = this.#removedEventSinceRelist ? this.#ring.at(this.#ring.start)!.revision : this.#listResourceVersion + 1;
    if (since < oldest - 1) throw newResourceExpired(`too old resource version: ${since} (${oldest - 1})`);
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
