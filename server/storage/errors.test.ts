import { expect, test } from 'vitest';
import { newTooLargeResourceVersion } from '../http/status.ts';
import { errorEvent } from './errors.ts';

test('an error in a watch has its fields in the order of the Go type', () => {
  const { object } = errorEvent(newTooLargeResourceVersion(2, 1, 1));
  expect(Object.keys(object)).toEqual(['kind', 'apiVersion', 'metadata', 'status', 'message', 'reason', 'details', 'code']);
});
