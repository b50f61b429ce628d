/**
 * The watch cache: the newest state of a kind, the recent events that led to it, and the revision that both stand for.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/watch_cache.go.
 */
import type { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Clock, RequestContext } from '../../http/context.ts';
import { newResourceExpired } from '../../http/status.ts';
import { addEvent } from '../../observe/tracing.ts';
import { objectResourceVersion } from '../api-object-versioner.ts';
import type { SelectionPredicate } from '../interfaces.ts';
import { isRecursive } from '../list-options.ts';
import type { CacheDescription } from './description.ts';
import { FreshWaiters } from './fresh-waiters.ts';
import { PastStates } from './past-state.ts';
import { Ring, eventFreshDuration } from './ring.ts';
import { SortedStore } from './store.ts';
import type { StoreElement } from './store.ts';
import type { WatchCacheEvent } from './watch-cache-event.ts';
import { intervalFromRing, intervalFromStore } from './watch-cache-interval.ts';
import type { WatchCacheInterval } from './watch-cache-interval.ts';

interface WatchCacheOptions {
  /** What etcd has forgotten, the cache no longer lists either. */
  compactRevision(): number;
  keyFunc(obj: KubeObject): string;
  getAttrs: SelectionPredicate['getAttrs'];
  /** The field that objects can be listed by without looking at all of them. */
  indexField: string | undefined;
  clock: Clock;
  encodings: EncodingCache;
}

export class WatchCache {
  readonly #options: WatchCacheOptions;
  readonly #store: SortedStore;
  readonly #ring = new Ring<WatchCacheEvent>();
  readonly #past = new PastStates();
  readonly #fresh = new FreshWaiters();
  #listResourceVersion = 0;
  #removedEventSinceRelist = false;
  /** No state before this revision is told, though the window may reach it. */
  #pastFrom = 0;

  constructor(options: WatchCacheOptions) {
    this.#options = options;
    this.#store = new SortedStore(options.indexField);
  }

  get resourceVersion(): number {
    return this.#fresh.reached;
  }

  get size(): number {
    return this.#store.size;
  }

  /** How far it is, and what the window holds. */
  describe(): Pick<CacheDescription, 'resourceVersion' | 'listResourceVersion' | 'oldestRevision' | 'capacity' | 'size' | 'objects'> {
    const { size, capacity } = this.#ring;
    return { resourceVersion: this.resourceVersion, listResourceVersion: this.#listResourceVersion, oldestRevision: this.#oldestRevision, capacity, size, objects: this.size };
  }

  /** How many events it has room for. */
  get capacity(): number {
    return this.#ring.capacity;
  }

  replace(objects: KubeObject[], revision: number): void {
    this.#store.replace(objects.map((object) => this.#element(object)));
    this.#ring.clear();
    this.#past.removeLess(Infinity);
    this.#removedEventSinceRelist = false;
    this.#listResourceVersion = revision;
    this.updateResourceVersion(revision);
  }

  processEvent(type: WatchCacheEvent['type'], object: KubeObject): WatchCacheEvent {
    const element = this.#element(object);
    const revision = objectResourceVersion(object);
    const previous = this.#store.get(element.key) ?? (type === 'DELETED' ? element : undefined);
    const event = { type, revision, recordTime: this.#options.clock.now(), element, previous };
    if (this.#ring.push(event)) {
      this.#removedEventSinceRelist = true;
      this.#past.removeLess(this.#oldestRevision);
    }
    if (type === 'DELETED') this.#store.delete(element.key);
    else this.#store.set(element);
    this.updateResourceVersion(revision);
    return event;
  }

  updateResourceVersion(revision: number): void {
    this.#fresh.reach(revision);
  }

  get(key: string): StoreElement | undefined {
    return this.#store.get(key);
  }

  /** What a list of this key answers, in the order of keys, from `from` on if it is given; of an indexed value, if one is. */
  list(key: string, from?: string, value?: string): StoreElement[] {
    if (isRecursive(key)) return value === undefined || from !== undefined ? this.#store.listPrefix(key, from) : this.#store.listIndexed(value, key);
    const element = this.#store.get(key);
    return element ? [element] : [];
  }

  /** Whether the cache can tell what there was at this revision, or will be able to. */
  reaches(revision: number): boolean {
    return revision >= Math.max(this.#oldestRevision, this.#options.compactRevision(), this.#pastFrom);
  }

  /** A cache that was found to differ from etcd tells nothing of the past until it no longer does, and then only of what follows. */
  markConsistent(consistent: boolean): void {
    if (!consistent) {
      this.#pastFrom = Infinity;
      this.#past.removeLess(Infinity);
    } else if (this.#pastFrom === Infinity) {
      this.#pastFrom = this.resourceVersion;
    }
  }

  /** What a list of this key answered at a revision that the cache has come to. Throws upstream's Expired where it does not reach back so far. */
  listAt(revision: number, key: string, from = key): StoreElement[] {
    if (!this.reaches(revision)) throw newResourceExpired(`too old resource version: ${revision}`);
    this.#past.removeLess(this.#options.compactRevision());
    return this.#past.list(this.#ring, revision, key, from, () => this.list(key));
  }

  /** The first revision whose successors are all in the window. */
  get #oldestRevision(): number {
    return this.#removedEventSinceRelist ? this.#ring.at(this.#ring.start)!.revision - 1 : this.#listResourceVersion;
  }

  isFresh(revision: number): boolean {
    return this.resourceVersion >= revision;
  }

  /** Throws upstream's Timeout if the cache does not get as far as this revision in time. */
  async waitUntilFresh(ctx: RequestContext, revision: number): Promise<void> {
    await this.#fresh.wait(revision);
    addEvent(ctx, 'watchCache fresh enough');
  }

  /**
   * What a watch from this revision begins with. Revision 0 stands for the state first, unless `sendInitialEvents`
   * says otherwise. Throws upstream's Expired for a revision from before the window.
   */
  getAllEventsSince(revision: number, key: string, sendInitialEvents: boolean | undefined, value?: string): WatchCacheInterval {
    if (sendInitialEvents ?? revision === 0) return intervalFromStore(this.list(key, undefined, value), this.resourceVersion);
    const since = revision === 0 ? this.resourceVersion : revision;
    if (since < this.#oldestRevision) throw newResourceExpired(`too old resource version: ${since} (${this.#oldestRevision})`);
    return intervalFromRing(this.#ring, this.#ring.firstAfter(since), key, since);
  }

  /** How many events a watcher may leave waiting: about those of one second, as far as the window tells. */
  suggestedWatchChannelSize(indexExists: boolean, triggerUsed: boolean): number {
    const max = !indexExists ? 100 : triggerUsed ? 10 : 1000;
    return Math.min(max, Math.max(10, Math.ceil(this.#ring.capacity / (eventFreshDuration / 1000))));
  }

  #element(object: KubeObject): StoreElement {
    this.#options.encodings.remember(object);
    return { key: this.#options.keyFunc(object), object, attributes: this.#options.getAttrs(object) };
  }
}
