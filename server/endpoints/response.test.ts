import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { newTableConvertor } from '../registry/printers/table-convertor.ts';
import { initialEventsEndBookmark } from '../storage/initial-events.ts';
import { type TableOptions, transformObject } from './response.ts';

const configMap: KubeObject = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: {} };
const empty: KubeObject = { kind: 'ConfigMap', apiVersion: 'v1', metadata: {} };
const scope = {
  kind: { group: '', version: 'v1', kind: 'ConfigMap' },
  table: newTableConvertor({ group: '', version: 'v1', resource: 'configmaps' }, { now: () => 0 }),
};
const row = (obj: KubeObject, includeObject: TableOptions['includeObject']) =>
  transformObject(obj, { group: 'meta.k8s.io', version: 'v1', kind: 'Table' }, scope, { noHeaders: true, includeObject });
const metadataOnly = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };

test.each<[TableOptions['includeObject'], object | null]>([
  ['None', null],
  ['Metadata', { ...metadataOnly, metadata: { name: 'a' } }],
  ['Object', configMap],
])('a row carries of its object: %s', (includeObject, object) => {
  expect(row(configMap, includeObject)).toMatchObject({ rows: [{ cells: ['a', 0, '<unknown>'], object }] });
});

test('the end of the initial events is known in a table without objects too', () => {
  const metadata = { annotations: { 'k8s.io/initial-events-end': 'true' }, resourceVersion: '7' };
  expect(row(initialEventsEndBookmark(empty, 7).object, 'None')).toMatchObject({ rows: [{ object: { ...metadataOnly, metadata } }] });
});

test.each([
  [[configMap], [{ ...metadataOnly, metadata: { name: 'a' } }]],
  [[], null],
])('a list of %j as metadata alone has the items %j', (items, shown) => {
  const list = { kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: '7' }, items };
  const target = { group: 'meta.k8s.io', version: 'v1', kind: 'PartialObjectMetadataList' };
  expect(transformObject(list, target, scope, { noHeaders: false, includeObject: 'Metadata' })).toMatchObject({ metadata: list.metadata, items: shown });
});

test('metadata of a DaemonSet alone is that of the internal type, which has no annotation for its template', () => {
  const daemonSet = { kind: 'DaemonSet', apiVersion: 'apps/v1', metadata: { name: 'a', annotations: { 'deprecated.daemonset.template.generation': '1', note: 'n' } } };
  const shown = transformObject(daemonSet, { group: 'meta.k8s.io', version: 'v1', kind: 'PartialObjectMetadata' }, scope, { noHeaders: false, includeObject: 'Metadata' });
  expect(shown).toEqual({ ...metadataOnly, metadata: { name: 'a', annotations: { note: 'n' } } });
});
