import { expect, test } from 'vitest';
import { newRequestInfoResolver } from '../http/request-info.ts';
import { WatchTracker } from './watch-tracker.ts';

const resolver = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] });
const watched = ['/api/v1/pods', '/api/v1/namespaces/n/pods', '/api/v1/namespaces/n/pods', '/api/v1/namespaces/n/pods?fieldSelector=metadata.name=p', '/api/v1/namespaces/other/pods', '/api/v1/pods?fieldSelector=spec.nodeName=', '/api/v1/pods?fieldSelector=spec.nodeName=one', '/api/v1/nodes'];

test.each([
  ['PUT /api/v1/namespaces/n/pods/p', 5],
  ['PUT /api/v1/namespaces/n/pods/q', 4],
  ['POST /api/v1/namespaces/other/pods', 3],
  ['DELETE /api/v1/nodes/one', 1],
  ['POST /api/v1/namespaces/n/secrets', 0],
  ['GET /api/v1/namespaces/n/pods/p', 0],
])('knows whom %s will be told to: %i', (request, count) => {
  const tracker = new WatchTracker();
  const forget = watched.map((path) => tracker.registerWatch(resolver.resolve('GET', `${path}${path.includes('?') ? '&' : '?'}watch=1`)));
  const info = resolver.resolve(...(request.split(' ') as [string, string]));
  expect(tracker.getInterestedWatchCount(info)).toBe(count);
  for (const each of forget) each();
  expect(tracker.getInterestedWatchCount(info)).toBe(0);
});
