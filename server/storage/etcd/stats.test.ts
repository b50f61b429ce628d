import { expect, test } from 'vitest';
import { ResourceSizeEstimator } from './stats.ts';

const kv = (key: string, bytes: number) => ({ key, value: new Uint8Array(bytes) });

test('knows the average size of what was seen last under each key', () => {
  const sizes = new ResourceSizeEstimator();
  expect(sizes.stats()).toEqual({ objectCount: 0, estimatedAverageObjectSizeBytes: 0 });
  sizes.update(kv('/a', 100));
  sizes.update(kv('/b', 301));
  expect(sizes.stats()).toEqual({ objectCount: 2, estimatedAverageObjectSizeBytes: 200 });
  sizes.update(kv('/a', 10));
  sizes.delete('/b');
  sizes.delete('/never-there');
  expect(sizes.stats()).toEqual({ objectCount: 1, estimatedAverageObjectSizeBytes: 10 });
});

test('is put right by the keys that there are', () => {
  const sizes = new ResourceSizeEstimator();
  sizes.update(kv('/a', 100));
  sizes.update(kv('/gone', 300));
  sizes.clean(['/a', '/unseen', '/b']);
  expect(sizes.stats()).toEqual({ objectCount: 3, estimatedAverageObjectSizeBytes: 100 });
  sizes.update(kv('/b', 200));
  expect(sizes.stats()).toEqual({ objectCount: 3, estimatedAverageObjectSizeBytes: 150 });
});
