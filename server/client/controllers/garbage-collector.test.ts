import { describe, expect, test } from 'vitest';
import type { KubeObject, OwnerReference } from '../../apimachinery/types.ts';
import { isNotFound } from '../../http/status.ts';
import { newControlledCluster } from '../testing/cluster.ts';
import { NAMESPACE, configMap, namesOf } from '../testing/objects.ts';
import { CONFIG_MAPS, NODES, SERVICE_ACCOUNTS } from './resources.ts';

const PROPAGATION = [['Background', undefined], ['Foreground', undefined]] as const;

async function start() {
  const cluster = await newControlledCluster(['garbage-collector-controller']);
  const maps = cluster.client.resource(CONFIG_MAPS, NAMESPACE);
  const refTo = ({ metadata: { name = '', uid = '' } }: KubeObject, more: Partial<OwnerReference> = {}): OwnerReference => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid, ...more });
  const create = (name: string, ...ownerReferences: OwnerReference[]) => maps.create(configMap(name, ownerReferences.length > 0 ? { ownerReferences } : {}));
  const exists = (name: string) => maps.get(name).then(() => true, (err: unknown) => {
    if (isNotFound(err)) return false;
    throw err;
  });
  /** Once these are left and no others. */
  const left = (...names: string[]) => cluster.eventually(async () => JSON.stringify(namesOf((await maps.list()).items)) === JSON.stringify(names));
  return { ...cluster, maps, refTo, create, exists, left };
}

describe('what has lost its owner', () => {
  test.each(PROPAGATION)('is deleted, and what it owned (%s)', async (propagationPolicy) => {
    const { maps, refTo, create, left } = await start();
    const owner = await create('owner');
    const child = await create('child', refTo(owner));
    await create('grandchild', refTo(child));
    await create('stranger');
    await maps.delete('owner', { propagationPolicy });
    await left('stranger');
  });

  test('goes before the owner that waits for it, if it says that it keeps it', async () => {
    const { maps, refTo, create, left } = await start();
    const owner = await create('owner');
    const watch = await maps.watch({ resourceVersion: owner.metadata.resourceVersion ?? '' });
    await create('blocking', refTo(owner, { blockOwnerDeletion: true }));
    await create('other', refTo(owner));
    await maps.patch('blocking', 'merge-patch', { metadata: { finalizers: ['example.com/wait'] } });
    await maps.delete('owner', { propagationPolicy: 'Foreground' });
    // the other one does not wait for that
    await left('blocking', 'owner');
    await maps.patch('blocking', 'merge-patch', { metadata: { finalizers: [] } });
    await left();
    const gone: string[] = [];
    while (gone.length < 3) {
      const event = await watch.next();
      if (event?.type === 'DELETED') gone.push(event.object.metadata.name ?? '');
    }
    watch.stop();
    expect(gone.indexOf('blocking')).toBeLessThan(gone.indexOf('owner'));
  });

  test('stays, and forgets it, if it was left behind', async () => {
    const { maps, refTo, create, left } = await start();
    const owner = await create('owner');
    await create('a', refTo(owner));
    await create('b', refTo(owner));
    await maps.delete('owner', { propagationPolicy: 'Orphan' });
    await left('a', 'b');
    expect((await maps.list()).items.map(({ metadata }) => metadata.ownerReferences)).toEqual([undefined, undefined]);
  });

  test('stays while another owner is there, and forgets the one that is gone', async () => {
    const { maps, refTo, create, left, eventually } = await start();
    const [one, two] = [await create('one'), await create('two')];
    await create('child', refTo(one), refTo(two));
    await maps.delete('one', { propagationPolicy: 'Background' });
    await eventually(async () => (await maps.get('child')).metadata.ownerReferences?.length === 1);
    expect((await maps.get('child')).metadata.ownerReferences).toEqual([refTo(two)]);
    await maps.delete('two', { propagationPolicy: 'Background' });
    await left();
  });

  test('is no longer waited for when another owner keeps it', async () => {
    const { maps, refTo, create, left } = await start();
    const [one, two] = [await create('one'), await create('two')];
    await create('child', refTo(one, { blockOwnerDeletion: true }), refTo(two, { blockOwnerDeletion: true }));
    await maps.delete('one', { propagationPolicy: 'Foreground' });
    await left('child', 'two');
    expect((await maps.get('child')).metadata.ownerReferences).toEqual([refTo(two, { blockOwnerDeletion: true })]);
  });

  test('goes even where owners wait for one another in a circle', async () => {
    const { maps, refTo, create, left } = await start();
    const one = await create('one');
    const two = await create('two', refTo(one, { blockOwnerDeletion: true }));
    await maps.patch('one', 'merge-patch', { metadata: { ownerReferences: [refTo(two, { blockOwnerDeletion: true })] } });
    await maps.delete('one', { propagationPolicy: 'Foreground' });
    await left();
  });

  test('and is in no namespace is let alone where the owner is in one', async () => {
    const { client, maps, refTo, create, left } = await start();
    const nodes = client.resource(NODES);
    const owner = await create('owner');
    await nodes.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'kept', ownerReferences: [refTo(owner)] }, spec: {} });
    await maps.delete('owner', { propagationPolicy: 'Background' });
    await create('child', refTo(owner));
    await left();
    expect((await nodes.list()).items.map(({ metadata }) => metadata.name)).toEqual(['kept']);
  });

  test.each<[string, Partial<OwnerReference>]>([
    ['that never was', { name: 'nobody', uid: '11111111-1111-1111-1111-111111111111' }],
    ['that has another name', { name: 'nobody' }],
    ['whose name another one has now', { uid: '00000000-0000-0000-0000-000000000000' }],
  ])('is deleted for an owner %s', async (_what, other) => {
    const { refTo, create, left } = await start();
    const owner = await create('owner');
    await create('child', { ...refTo(owner), ...other, uid: other.uid ?? owner.metadata.uid ?? '' });
    await left('owner');
  });

  test('is let alone where the kind of its owner is not known', async () => {
    const { create, refTo, exists, left, errors, eventually } = await start();
    const owner = await create('owner');
    await create('strange', refTo(owner, { apiVersion: 'example.com/v1', kind: 'Thing', uid: '11111111-1111-1111-1111-111111111111' }));
    await create('lost', refTo(owner, { uid: '22222222-2222-2222-2222-222222222222' }));
    await left('owner', 'strange');
    await eventually(() => errors.some((each) => each.includes('no matches for kind "Thing" in version "example.com/v1"')));
    expect(await exists('strange')).toBe(true);
  });

  test('may be of another kind than its owner', async () => {
    const { client, create, refTo, maps, eventually } = await start();
    const accounts = client.resource(SERVICE_ACCOUNTS, NAMESPACE);
    const owner = await create('owner');
    await accounts.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'child', namespace: NAMESPACE, ownerReferences: [refTo(owner)] } });
    await maps.delete('owner', { propagationPolicy: 'Background' });
    await eventually(async () => (await accounts.list()).items.length === 0);
  });
});
