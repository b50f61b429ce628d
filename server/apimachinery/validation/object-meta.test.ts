import { describe, expect, it } from 'vitest';
import type { ObjectMeta } from '../types.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { told } from './validation.test-util.ts';

describe('metadata', () => {
  it.each<[ObjectMeta, string[]]>([
    [{ name: 'a', namespace: 'b' }, []],
    [{ namespace: 'b' }, ['m.name: Required value: name or generateName is required']],
    [{ name: 'a/b', namespace: 'b' }, [`m.name: Invalid value: "a/b": may not contain '/'`]],
    [{ name: 'a' }, ['m.namespace: Required value']],
    [{ name: 'a', namespace: 'b', labels: { '/k': '' } }, ['m.labels: Invalid value: "/k": prefix part must be non-empty']],
    [{ name: 'a', namespace: 'b', annotations: { k: 'x'.repeat(2 ** 18) } }, ['m.annotations: Too long: may not be more than 262144 bytes']],
    [{ name: 'a', namespace: 'b', finalizers: ['orphan', 'foregroundDeletion'] }, ['m.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set']],
    [{ name: 'a', namespace: 'b', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '' }] }, ['m.ownerReferences.uid: Invalid value: "": must not be empty']],
    [{ name: 'a', namespace: 'b', managedFields: [{ manager: 'é\n', operation: 'Update' }] }, ['m.managedFields[0].manager: Invalid value: "é\\n": invalid character U+000A (at position 2)']],
  ])('%j', (meta, expected) => {
    expect(told(validateObjectMeta(meta, { namespaced: true }, 'm'))).toEqual(expected);
  });

  it('keeps its identity, and gets no finalizers while it is deleted', () => {
    const old = { name: 'a', namespace: 'n', uid: '1', generation: 2, deletionTimestamp: '2020-01-01T00:00:00Z' };
    const now = { ...old, uid: '2', generation: 1, finalizers: ['example.com/g'] };
    expect(told(validateObjectMetaUpdate(now, old, 'm'))).toEqual([
      'm.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/g"}',
      'm.resourceVersion: Invalid value: "": must be specified for an update',
      'm.generation: Invalid value: 1: must not be decremented',
      'm.uid: Invalid value: "2": field is immutable',
    ]);
  });
});
