import { expect, test } from 'vitest';
import { newRequestInfoResolver } from '../../http/request-info.ts';
import type { StorageStats } from '../../storage/interfaces.ts';
import { StorageObjectCountTracker } from './object-count-tracker.ts';
import { newWorkEstimator } from './width.ts';

const resolver = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] });
const of = (objectCount: number, estimatedAverageObjectSizeBytes: number): StorageStats => ({ objectCount, estimatedAverageObjectSizeBytes });

function estimate(request: string, { stats = undefined as StorageStats | undefined, watches = 0, maxSeats = 0 }) {
  const counts = new StorageObjectCountTracker();
  counts.track({ group: 'apps', resource: 'deployments' }, () => stats ?? of(0, 0));
  if (stats) counts.track({ group: '', resource: 'pods' }, () => stats);
  const [method = '', url = ''] = request.split(' ');
  return newWorkEstimator(counts, () => watches)(resolver.resolve(method, url), url, maxSeats);
}

test.each<[string, string, StorageStats | undefined, number, number]>([
  ['nobody counts', 'GET /api/v1/pods', undefined, 0, 1],
  ['there are none', 'GET /api/v1/pods', of(0, 0), 0, 1],
  ['they are small', 'GET /api/v1/pods', of(100, 1000), 0, 1],
  ['they fill more than a seat', 'GET /api/v1/pods', of(101, 1000), 0, 2],
  ['the cache encodes them piece by piece', 'GET /api/v1/pods?resourceVersion=0', of(100_000, 1000), 0, 10],
  ['their size is not known', 'GET /api/v1/pods?resourceVersion=7&resourceVersionMatch=Exact&limit=3', of(100, 0), 0, 45],
  ['the level has few seats', 'GET /api/v1/pods', of(100_000, 1000), 4, 4],
  ['one is asked for by name', 'GET /api/v1/pods?fieldSelector=metadata.name%3Dx', of(100_000, 1000), 0, 1],
  ['a page is asked for', 'GET /api/v1/pods?limit=250', of(100_000, 1000), 0, 3],
  ['the next page comes from etcd', 'GET /api/v1/pods?limit=2000&continue=abc', of(100_000, 1000), 0, 20],
  ['an exact revision comes from etcd', 'GET /api/v1/pods?resourceVersion=7&resourceVersionMatch=Exact', of(100_000, 1000), 0, 100],
  ['a limit makes a revision exact', 'GET /api/v1/pods?resourceVersion=7&limit=2000', of(100_000, 1000), 0, 20],
  ['etcd has to read the half for few', 'GET /api/v1/pods?continue=abc&limit=10&labelSelector=a%3Db', of(8000, 1000), 0, 40],
  ['what is asked makes no sense', 'GET /api/v1/pods?limit=many', of(1, 1), 7, 7],
  ['a watch begins with the state', 'GET /api/v1/pods?watch=1', of(500, 1000), 0, 5],
  ['a watch asks for the state', 'GET /api/v1/pods?watch=1&resourceVersion=9&sendInitialEvents=true', of(500, 1000), 0, 5],
  ['a watch begins later', 'GET /api/v1/pods?watch=1&resourceVersion=9', of(500, 1000), 0, 1],
])('where %s, %s takes the right number of seats', (_what, request, stats, maxSeats, initialSeats) => {
  expect(estimate(request, { stats, maxSeats })).toEqual({ initialSeats, finalSeats: 0, additionalLatency: 0 });
});

test.each<[string, string, number, number, number, number]>([
  ['one that few watch', 'POST /api/v1/namespaces/n/pods', 9, 0, 0, 0],
  ['one that some watch', 'PUT /api/v1/namespaces/n/pods/p', 10, 0, 1, 5],
  ['one that many watch', 'PATCH /api/v1/namespaces/n/pods/p', 91, 0, 10, 5],
  ['one that very many watch, narrower and longer', 'DELETE /api/v1/namespaces/n/pods/p', 1000, 0, 10, 50],
  ['one at a small level', 'POST /api/v1/namespaces/n/pods', 100, 2, 2, 25],
  ['one that makes a token', 'POST /api/v1/namespaces/n/serviceaccounts/a/token', 100, 0, 0, 0],
  ['one of many', 'DELETE /api/v1/namespaces/n/pods', 100, 0, 0, 0],
  ['a read', 'GET /api/v1/namespaces/n/pods/p', 100, 0, 0, 0],
])('%s takes seats beyond its answer as far as it is told to watchers', (_what, request, watches, maxSeats, finalSeats, additionalLatency) => {
  expect(estimate(request, { watches, maxSeats })).toEqual({ initialSeats: 1, finalSeats, additionalLatency });
});
