import { expect, test } from 'vitest';
import { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import { getAttrs, keyOf, pod } from '../testing/fixtures.ts';
import { WatchCache } from './watch-cache.ts';

/** A cache in whose window there have been so many events at once. */
function afterBurst(events: number): WatchCache {
  const cache = new WatchCache({ compactRevision: () => 0, keyFunc: keyOf, getAttrs, indexField: undefined, clock: { now: () => 0 }, encodings: new EncodingCache() });
  cache.replace([], 1);
  for (let i = 0; i < events; i++) {
    const obj = pod('a');
    obj.metadata.resourceVersion = String(i + 2);
    cache.processEvent(i === 0 ? 'ADDED' : 'MODIFIED', obj);
  }
  return cache;
}

test.each([
  [0, { plain: 10, ofIndexedKind: 10, byIndex: 10 }],
  [2000, { plain: 43, ofIndexedKind: 43, byIndex: 10 }],
  [100_000, { plain: 100, ofIndexedKind: 1000, byIndex: 10 }],
])('after %i events at once a watcher may leave about those of a second waiting', (events, sizes) => {
  const cache = afterBurst(events);
  expect({
    plain: cache.suggestedWatchChannelSize(false, false),
    ofIndexedKind: cache.suggestedWatchChannelSize(true, false),
    byIndex: cache.suggestedWatchChannelSize(true, true),
  }).toEqual(sizes);
});
