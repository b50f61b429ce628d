import { expect, it } from 'vitest';
import { WRITE, allow, newTestRegistry, requestFor } from '../registry.test-util.ts';

it('a volume knows since when it is in its phase', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const registry = newTestRegistry({ clock: { now: () => now } });
  const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], nfs: { server: 's', path: '/' } };
  const made = await registry.create('persistentvolumes', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v' }, spec });
  const enter = async (phase: string) => {
    now += 60_000;
    const info = { updatedObject: async () => ({ ...structuredClone(made), metadata: { name: 'v' }, status: { phase } }) };
    const about = { resource: 'persistentvolumes', subresource: 'status', name: 'v', verb: 'update' };
    return (await registry.rest('v1', 'persistentvolumes', 'status').update(requestFor(about), 'v', info, allow, allow, { ...WRITE, forceAllowCreate: false })).object.status;
  };
  expect(made.status).toEqual({ phase: 'Pending', lastPhaseTransitionTime: '2026-01-01T00:00:00Z' });
  expect(await enter('Available')).toEqual({ phase: 'Available', lastPhaseTransitionTime: '2026-01-01T00:01:00Z' });
  expect(await enter('Available')).toEqual({ phase: 'Available', lastPhaseTransitionTime: '2026-01-01T00:01:00Z' });
});
