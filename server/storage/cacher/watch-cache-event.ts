/**
 * A change as the cache keeps it, with the object before it, and as its watchers see it: what is a modification to one
 * is an addition or a deletion to another whose selector looks elsewhere.
 *
 * Upstream: watchCacheEvent in k8s.io/apiserver/pkg/storage/cacher/watch_cache.go, convertToWatchEvent in
 * cache_watcher.go and setCachingObjects in cacher.go.
 */
import type { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import { withResourceVersion } from '../api-object-versioner.ts';
import type { SelectionPredicate, WatchEvent } from '../interfaces.ts';
import { matchesObjectAttributes } from '../selection-predicate.ts';
import type { StoreElement } from './store.ts';

export interface WatchCacheEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  revision: number;
  recordTime: number;
  /** The object as it is now; of a deletion, as it last was, with the deletion's revision. */
  element: StoreElement;
  previous: StoreElement | undefined;
}

/**
 * Makes each of a change's three appearances at most once: all watchers are handed the same object and the same event,
 * so that its bytes are made once, too.
 */
export class WatchEventMaker {
  readonly source: WatchCacheEvent;
  readonly #encodings: EncodingCache;
  #added: WatchEvent | undefined;
  #modified: WatchEvent | undefined;
  #deleted: WatchEvent | undefined;

  constructor(source: WatchCacheEvent, encodings: EncodingCache) {
    this.source = source;
    this.#encodings = encodings;
  }

  /** The change as one who selects with `predicate` sees it, if at all. */
  eventFor(predicate: SelectionPredicate): WatchEvent | undefined {
    const { type, element, previous } = this.source;
    const isSelected = type !== 'DELETED' && matchesObjectAttributes(predicate, element.attributes);
    const wasSelected = previous !== undefined && matchesObjectAttributes(predicate, previous.attributes);
    if (isSelected && wasSelected) return (this.#modified ??= { type: 'MODIFIED', object: element.object });
    if (isSelected) return (this.#added ??= { type: 'ADDED', object: element.object });
    return wasSelected ? (this.#deleted ??= { type: 'DELETED', object: this.#deletedObject(previous) }) : undefined;
  }

  #deletedObject(previous: StoreElement) {
    const { type, element, revision } = this.source;
    if (type === 'DELETED') return element.object;
    const object = withResourceVersion(previous.object, revision);
    this.#encodings.remember(object);
    return object;
  }
}
