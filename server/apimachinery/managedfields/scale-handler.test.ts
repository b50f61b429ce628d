import { expect, test } from 'vitest';
import type { ManagedFieldsEntry } from '../types.ts';
import { newScaleHandler } from './scale-handler.ts';

const entry = (manager: string, operation: 'Apply' | 'Update', apiVersion: string, fieldsV1: Record<string, unknown>, more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  manager, operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1, ...more,
});
const replicas = { 'f:spec': { 'f:replicas': {} } };
const parent = [
  entry('applier', 'Apply', 'apps/v1', { 'f:spec': { 'f:replicas': {}, 'f:selector': {} } }, { time: '2026-01-01T00:00:00Z' }),
  entry('other', 'Update', 'apps/v1', { 'f:metadata': { 'f:labels': {} } }, { time: '2026-01-01T00:00:01Z' }),
];

test('a Scale shows who owns the replicas', () => {
  expect(newScaleHandler(parent, 'apps/v1').toSubresource()).toEqual([entry('applier', 'Apply', 'autoscaling/v1', replicas, { time: '2026-01-01T00:00:00Z' })]);
});

test('an object whose replicas nobody owns shows nobody', () => {
  expect(newScaleHandler([parent[1]!], 'apps/v1').toSubresource()).toBeUndefined();
});

test('who scales takes the replicas and leaves the rest', () => {
  const scaled = [entry('scaler', 'Update', 'autoscaling/v1', replicas, { subresource: 'scale', time: '2026-01-01T00:00:02Z' })];
  expect(newScaleHandler(parent, 'apps/v1').toParent(scaled)).toEqual([
    { ...parent[0], fieldsV1: { 'f:spec': { 'f:selector': {} } } },
    entry('scaler', 'Update', 'apps/v1', replicas, { subresource: 'scale' }),
    parent[1],
  ]);
});

test('a Scale that came back as it was changes nothing for appliers', () => {
  const handler = newScaleHandler(parent, 'apps/v1');
  expect(handler.toParent(handler.toSubresource())).toEqual(parent);
});
