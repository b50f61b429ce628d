import { expect, test } from 'vitest';
import { updateObject } from './api-object-versioner.ts';

test.each([
  [{ name: 'a', namespace: 'n', uid: 'u', creationTimestamp: 't' }, ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp']],
  [{ name: 'a', resourceVersion: '1', generation: 1 }, ['name', 'resourceVersion', 'generation']],
  [{ name: 'a' }, ['name', 'resourceVersion']],
])('the version of %j stands where Go writes it', (metadata, order) => {
  const updated = updateObject({ kind: 'Pod', apiVersion: 'v1', metadata }, 7);
  expect(Object.keys(updated.metadata)).toEqual(order);
  expect(updated.metadata.resourceVersion).toBe('7');
});
