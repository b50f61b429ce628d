import { describe, expect, test } from 'vitest';
import { selectableFields } from './attributes.ts';

describe('a field selector', () => {
  test.each([
    ['pods', true, 'spec.nodeName', 'spec.nodeName'],
    ['pods', true, 'spec.host', 'spec.nodeName'],
    ['pods', true, 'status.podIPs', 'status.podIPs'],
    ['secrets', true, 'metadata.namespace', 'metadata.namespace'],
    ['nodes', false, 'metadata.name', 'metadata.name'],
    ['persistentvolumes', false, 'metadata.namespace', 'metadata.namespace'],
  ])('on %s (namespaced: %s) by %s means %s', (resource, namespaced, field, meant) => {
    expect(selectableFields(resource, namespaced).known(field)).toBe(meant);
  });

  test.each([
    ['nodes', false, 'metadata.namespace', 'field label not supported: metadata.namespace'],
    ['namespaces', false, 'metadata.namespace', 'field label not supported: metadata.namespace'],
    ['services', true, 'spec.host', 'field label not supported: spec.host'],
    ['jobs.batch', true, 'status.succeeded', 'field label "status.succeeded" not supported for Job'],
    ['configmaps', true, 'data', '"data" is not a known field selector: only "metadata.name", "metadata.namespace"'],
  ])('on %s (namespaced: %s) cannot be by %s', (resource, namespaced, field, message) => {
    expect(() => selectableFields(resource, namespaced).known(field)).toThrow(message);
  });
});

test.each([
  ['pods', { spec: { nodeName: 'n1' } }, 'n1'],
  ['pods', { spec: {} }, ''],
  ['resourceslices.resource.k8s.io', { spec: { nodeName: 'n1' } }, 'n1'],
  ['resourceslices.resource.k8s.io', { spec: { allNodes: true } }, ''],
])('%s of %j are indexed by their node, %j', (resource, fields, value) => {
  const { indexField = '', getAttrs, known } = selectableFields(resource, resource === 'pods');
  expect(known(indexField)).toBe(indexField);
  expect(getAttrs({ kind: 'X', apiVersion: 'v1', metadata: { name: 'a' }, ...fields }).fields[indexField]).toBe(value);
});

test('other kinds have no index', () => {
  expect(selectableFields('secrets', true).indexField).toBeUndefined();
});
