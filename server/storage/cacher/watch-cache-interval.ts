/**
 * What a watcher is told before it follows the others: the state, or the events since its revision. It is read at the
 * watcher's own pace.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/watch_cache_interval.go.
 */
import type { Ring } from './ring.ts';
import type { StoreElement } from './store.ts';
import type { WatchCacheEvent } from './watch-cache-event.ts';

export interface WatchCacheInterval {
  /** Throws when events that are still to be told have left the window. */
  events: Iterable<WatchCacheEvent>;
  /** What happens after this revision is not part of it. */
  revision: number;
}

export function intervalFromStore(elements: StoreElement[], revision: number): WatchCacheInterval {
  return {
    revision,
    events: elements.values().map((element) => ({ type: 'ADDED', revision, recordTime: 0, element, previous: undefined })),
  };
}

export function intervalFromRing(ring: Ring<WatchCacheEvent>, first: number, key: string, revision: number): WatchCacheInterval {
  const { end } = ring;
  function* events(): Generator<WatchCacheEvent> {
    for (let i = first; i < end; i++) {
      const event = ring.at(i);
      if (!event) throw new Error(`cache interval invalidated, interval startIndex: ${i}`);
      if (isUnder(event.element.key, key)) yield event;
    }
  }
  return { revision: Math.max(revision, ring.at(end - 1)?.revision ?? 0), events: events() };
}

/** Whether an object's key is the watched one or below it. */
function isUnder(key: string, watched: string): boolean {
  return watched.endsWith('/') ? key.startsWith(watched) : key === watched;
}
