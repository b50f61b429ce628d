import { expect, test } from 'vitest';
import { parseFieldSelector } from '../../apimachinery/fields.ts';
import { everythingLabels } from '../../apimachinery/labels.ts';
import { requestFor } from '../registry.test-util.ts';
import { newComponentStatusREST } from './component-status.ts';

const table = { convertToTable: () => { throw new Error('not asked for'); } };
const rest = newComponentStatusREST({ well: async () => undefined, ill: () => Promise.reject(new Error('connection refused')) }, table);
const list = (fieldSelector: string) =>
  rest.list!(requestFor(), { labelSelector: everythingLabels, fieldSelector: parseFieldSelector(fieldSelector), resourceVersion: '', resourceVersionMatch: '', limit: 0, continue: '', allowWatchBookmarks: false, watch: false });

test.each([
  ['well', { type: 'Healthy', status: 'True', message: 'ok' }],
  ['ill', { type: 'Healthy', status: 'False', error: 'connection refused' }],
])('asks the component that is %s', async (name, condition) => {
  expect(await rest.get!(requestFor(), name, { resourceVersion: '' })).toEqual({ kind: 'ComponentStatus', apiVersion: 'v1', metadata: { name }, conditions: [condition] });
});

test.each(['none', 'constructor'])('does not know the component %s', async (name) => {
  await expect(rest.get!(requestFor(), name, { resourceVersion: '' })).rejects.toThrow(`componentstatus "${name}" not found`);
});

test('lists what is selected', async () => {
  expect((await list('')).items).toHaveLength(2);
  expect((await list('metadata.name=ill')).items.map((item) => item.metadata.name)).toEqual(['ill']);
});
