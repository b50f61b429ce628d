import { expect, test } from 'vitest';
import type { RequestContext } from '../http/context.ts';
import { newRequestInfoResolver } from '../http/request-info.ts';
import { getAuthorizerAttributes } from './attributes.ts';

const resolver = newRequestInfoResolver({ apiPrefixes: ['api', 'apis'], grouplessAPIPrefixes: ['api'] });
const user = { name: 'alice', groups: [] };
const attributesOf = (url: string) => getAuthorizerAttributes({ requestInfo: resolver.resolve('GET', url) } as RequestContext, user);

test.each([
  ['/api/v1/namespaces/ns/pods', { verb: 'list', namespace: 'ns', resource: 'pods' }, []],
  ['/api/v1/pods?fieldSelector=spec.nodeName%3Done', { fieldSelector: [{ field: 'spec.nodeName', operator: '=', value: 'one' }] }, ['fieldSelector']],
  ['/api/v1/pods?labelSelector=a%3Db', { labelSelector: [{ key: 'a', operator: '=', values: ['b'] }] }, ['labelSelector']],
  ['/api/v1/pods?fieldSelector=nonsense&labelSelector=!!', { fieldSelector: [], labelSelector: [] }, ['fieldSelector', 'labelSelector']],
  ['/version?fieldSelector=a%3Db', { path: '/version', isResourceRequest: false }, []],
])('%s', (url, expected, selectors) => {
  const attributes = attributesOf(url);
  expect(attributes).toMatchObject({ user, ...expected });
  expect(Object.keys(attributes).filter((key) => key.endsWith('Selector'))).toEqual(selectors);
});
