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

test('does not know other components', async () => {
  await expect(rest.get!(requestFor(), 'none', { resourceVersion: '' })).rejects.toThrow('componentstatus "none" not found');
});

test('lists what is selected', async () => {
  expect((await list('')).items).toHaveLength(2);
  expect((await list('metadata.name=ill')).items.map((item) => item.metadata.name)).toEqual(['ill']);
});
