import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/types.ts';
import { WRITE, allow, newTestRegistry, requestFor } from './registry.test-util.ts';

const { create, rest } = newTestRegistry();
const ctx = () => requestFor({ resource: 'namespaces', name: 'n', verb: 'delete' });
const remove = (preconditions: object = {}) => rest('v1', 'namespaces').delete(ctx(), 'n', allow, { dryRun: false, preconditions });

test('a delete marks a namespace, which goes with its last finalizer; preconditions hold all the while', async () => {
  const { metadata } = await create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
  const conflict = (what: string, is?: string) => ({ status: { code: 409, message: `Operation cannot be fulfilled on namespaces "n": Precondition failed: ${what} in precondition: x, ${what} in object meta: ${is}` } });
  await expect(remove({ uid: 'x' })).rejects.toMatchObject(conflict('UID', metadata.uid));
  await expect(remove({ resourceVersion: 'x' })).rejects.toMatchObject(conflict('ResourceVersion', metadata.resourceVersion));

  expect(await remove({ uid: metadata.uid })).toMatchObject({ deleted: false, object: { status: { phase: 'Terminating' } } });
  await expect(remove({ uid: 'x' })).rejects.toMatchObject(conflict('UID', metadata.uid));
  expect(await remove()).toMatchObject({ deleted: false });

  const info = { updatedObject: async (_ctx: unknown, live: KubeObject | undefined) => ({ ...live!, spec: {} }) };
  await rest('v1', 'namespaces', 'finalize').update(ctx(), 'n', info, allow, allow, { ...WRITE, forceAllowCreate: false });
  await expect(rest('v1', 'namespaces').get(ctx(), 'n', { resourceVersion: '' })).rejects.toMatchObject({ status: { code: 404 } });
});
