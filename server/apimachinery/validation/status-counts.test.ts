import { expect, test } from 'vitest';
import { newStatusUpdate } from './status-counts.ts';

const validate = newStatusUpdate({ counts: ['replicas'], parts: ['readyReplicas'] });
const withStatus = (status: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, status });

test('a count that is not said is none, and none is more than a negative number', () => {
  const errors = validate(withStatus({ replicas: -1 }), withStatus({}));
  expect(errors.map(({ field, body }) => `${field}: ${body}`)).toEqual([
    'status.replicas: Invalid value: -1: must be greater than or equal to 0',
    'status.readyReplicas: Invalid value: 0: cannot be greater than status.replicas',
  ]);
});
