import { expect, test } from 'vitest';
import { warningMessage } from './deprecation.ts';

test.each([
  ['Endpoints', 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
  ['ComponentStatus', 'v1 ComponentStatus is deprecated in v1.19+'],
  ['Pod', undefined],
])('says of %s: %s', (kind, message) => {
  expect(warningMessage({ group: '', version: 'v1', kind })).toBe(message);
});

test('says nothing of a kind of the same name in another group', () => {
  expect(warningMessage({ group: 'example.com', version: 'v1', kind: 'Endpoints' })).toBeUndefined();
});
