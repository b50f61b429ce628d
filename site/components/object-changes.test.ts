import { expect, test } from 'vitest';
import { changesOf } from './object-changes.ts';

const ready = (status: string, reason?: string) => ({ type: 'Ready', status, ...(reason && { reason }), lastTransitionTime: Math.random() });

test.each([
  ['a field that is new', {}, { spec: { nodeName: 'n' } }, [{ path: 'spec.nodeName', after: 'n' }]],
  ['a field that is another', { status: { phase: 'Pending' } }, { status: { phase: 'Running' } }, [{ path: 'status.phase', before: 'Pending', after: 'Running' }]],
  ['a field that is gone', { spec: { a: false } }, { spec: {} }, [{ path: 'spec.a', before: 'false' }]],
  ['nothing where nothing that matters is another', { metadata: { managedFields: [1] }, status: { conditions: [ready('True')] } }, { metadata: { managedFields: [2] }, status: { conditions: [ready('True')] } }, []],
  ['a condition by its type, as its status and why', { status: { conditions: [ready('False', 'NotYet')] } }, { status: { conditions: [ready('True')] } }, [{ path: 'status.conditions[Ready]', before: 'False (NotYet)', after: 'True' }]],
  ['a container by what it does', { containerStatuses: [{ name: 'c', restartCount: 0, state: { waiting: {} } }] }, { containerStatuses: [{ name: 'c', restartCount: 0, state: { running: {} } }] }, [{ path: 'containerStatuses[c]', before: 'waiting', after: 'running' }]],
  ['an owner by its name', {}, { metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: 'web', uid: 'u' }] } }, [{ path: 'metadata.ownerReferences[web]', after: 'ReplicaSet web' }]],
  ['an item without a name by its place', { args: ['a'] }, { args: ['a', 'b'] }, [{ path: 'args[1]', after: 'b' }]],
])('tells %s', (_what, before, after, changes) => {
  expect(changesOf(before, after)).toEqual(changes);
});
