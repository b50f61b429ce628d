import { describe, expect, test, vi } from 'vitest';
import { parseFieldSelector } from '../apimachinery/fields.ts';
import { everythingLabels } from '../apimachinery/labels.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import { newEmbeddedEtcd } from '../storage/etcd/embedded/embedded.ts';
import { WRITE, allow, newTestRegistry, pod, requestFor } from './registry.test-util.ts';
import type { DeleteOptions, ListOptions } from './rest.ts';

const configMap = (metadata: object = {}, data: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'ns', ...metadata }, data });

/** The store of one resource of the legacy group, in the namespace `ns`. */
function newStore(resource: 'configmaps' | 'pods' | 'services' = 'configmaps') {
  const registry = newTestRegistry();
  const rest = registry.rest('v1', resource);
  const ctx = (name = '') => requestFor({ namespace: 'ns', resource, name });
  return {
    create: (obj: KubeObject, options: object = {}) => registry.create(resource, obj, options),
    get: (name = 'a') => rest.get(ctx(name), name, { resourceVersion: '' }),
    update: (change: (obj: KubeObject) => void, { name = 'a', dryRun = false, preconditions = {} } = {}) => {
      const updatedObject = async (_ctx: unknown, old: KubeObject | undefined) => {
        const obj = structuredClone(old ?? configMap({ name }));
        change(obj);
        return obj;
      };
      return rest.update(ctx(name), name, { updatedObject, preconditions }, allow, allow, { ...WRITE, dryRun, forceAllowCreate: false });
    },
    delete: (options: Partial<DeleteOptions> = {}, name = 'a') => rest.delete(ctx(name), name, allow, { dryRun: false, ...options }),
  };
}

describe('create', () => {
  test('gives an object what only the server sets', async () => {
    const made = await newStore().create(configMap({ uid: 'mine', creationTimestamp: '2001-01-01T00:00:00Z', deletionTimestamp: '2001-01-01T00:00:00Z', deletionGracePeriodSeconds: 3 }));
    expect(made.metadata).toMatchObject({ resourceVersion: '2', uid: expect.not.stringMatching('mine') as string, creationTimestamp: expect.stringMatching(/^20[2-9]/) as string });
    expect(made.metadata).not.toHaveProperty('deletionTimestamp');
    expect(made.metadata).not.toHaveProperty('deletionGracePeriodSeconds');
  });

  test('makes a name from a prefix, another one each time', async () => {
    const store = newStore();
    const names = await Promise.all([1, 2, 3].map(async () => (await store.create(configMap({ name: '', generateName: 'web-' }))).metadata.name));
    expect(new Set(names).size).toBe(3);
    expect(names).toEqual(names.map(() => expect.stringMatching(/^web-[b-z2-9]{5}$/) as string));
  });

  test.each<[string, object, string]>([
    ['of a taken name', {}, 'configmaps "a" already exists'],
    ['with a negative generation', { name: 'b', generation: -1 }, 'metadata.generation: Invalid value: -1: must be greater than or equal to 0'],
    ['of an owner whose version cannot be read', { name: 'b', ownerReferences: [{ apiVersion: 'a/b/c', kind: 'Pod', name: 'x', uid: 'u' }] }, 'metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty'],
  ])('%s is refused', async (_what, metadata, message) => {
    const store = newStore();
    await store.create(configMap());
    await expect(store.create(configMap(metadata))).rejects.toThrow(message);
  });

  test('counts generations only for kinds that have them; others keep what they are sent', async () => {
    expect((await newStore().create(configMap({ generation: 7 }))).metadata.generation).toBe(7);
    expect((await newStore('pods').create(pod('a', {}, { generation: 7 }))).metadata.generation).toBe(1);
  });

  test('without writing, in a dry run', async () => {
    const store = newStore();
    expect((await store.create(configMap(), { dryRun: true })).metadata.uid).toBeDefined();
    await expect(store.get()).rejects.toThrow('configmaps "a" not found');
  });

  test('in a dry run answers what would be read back', async () => {
    const registry = newTestRegistry();
    const made = (resource: string, kind: string, rest: object) => registry.create(resource, { apiVersion: resource === 'roles' ? 'rbac.authorization.k8s.io/v1' : 'v1', kind, metadata: { name: 'a', namespace: 'ns' }, ...rest }, { dryRun: true });
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    expect(await made('replicationcontrollers', 'ReplicationController', { spec: { selector: { a: 'b' }, template } })).toMatchObject({ status: { replicas: 0 } });
    expect(await made('persistentvolumeclaims', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } })).toMatchObject({ status: { phase: 'Pending' } });
    expect(await made('roles', 'Role', { rules: [] })).toMatchObject({ rules: null });
  });
});

test('a collection of no namespace is not deleted', async () => {
  const registry = newTestRegistry();
  await registry.create('configmaps', configMap());
  const everything = { labelSelector: everythingLabels, fieldSelector: parseFieldSelector(''), resourceVersion: '', resourceVersionMatch: '', limit: 0, continue: '', allowWatchBookmarks: false, watch: false } as const;
  const rest = registry.rest('v1', 'configmaps');
  await expect(rest.deleteCollection(requestFor({ resource: 'configmaps' }), allow, { dryRun: false }, everything)).rejects.toThrow('Namespace parameter required.');
  expect((await rest.list(requestFor({ namespace: 'ns', resource: 'configmaps' }), everything)).items).toHaveLength(1);
});

test.each(['.', '..', 'a%b'])('the name %j, which is no segment of a path, is refused before storage sees it', async (name) => {
  await expect(newStore().get(name)).rejects.toThrow(`Name parameter invalid: "${name}": may not `);
});

describe('update', () => {
  test('from an old state is a conflict, and from no stated one is not', async () => {
    const store = newStore();
    const { resourceVersion = '' } = (await store.create(configMap())).metadata;
    await store.update((obj) => void (obj['data'] = { n: '1' }));
    await expect(store.update((obj) => void (obj.metadata.resourceVersion = resourceVersion))).rejects.toThrow('the object has been modified');
    await expect(store.update((obj) => delete obj.metadata.resourceVersion)).resolves.toMatchObject({ created: false });
  });

  test('that changes nothing keeps the version', async () => {
    const store = newStore();
    const made = await store.create(configMap({}, { n: '1' }));
    const { object } = await store.update(() => undefined);
    expect(object.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  });

  test.each(['uid', 'creationTimestamp'] as const)('cannot change metadata.%s', async (field) => {
    const store = newStore();
    const made = await store.create(configMap());
    const change = store.update((obj) => void (obj.metadata[field] = field === 'uid' ? 'mine' : '2001-01-01T00:00:00Z'));
    if (field === 'uid') await expect(change).rejects.toThrow('metadata.uid: Invalid value: "mine": field is immutable');
    else expect((await change).object.metadata.creationTimestamp).toBe(made.metadata.creationTimestamp);
  });

  test('of nothing makes the object where the kind allows it', async () => {
    await expect(newStore().update(() => undefined)).rejects.toThrow('configmaps "a" not found');
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'ns' }, spec: { type: 'ExternalName', externalName: 'example.com', sessionAffinity: 'None' } };
    expect(await newStore('services').update((obj) => void Object.assign(obj, service))).toMatchObject({ created: true });
  });
});

describe('delete', () => {
  test('of a Pod on a node waits for its grace, and only ever gets shorter', async () => {
    const store = newStore('pods');
    await store.create(pod('a', { nodeName: 'n1' }));
    expect(await store.delete()).toMatchObject({ deleted: false, object: { metadata: { deletionGracePeriodSeconds: 30 } } });
    expect(await store.delete({ gracePeriodSeconds: 40 })).toMatchObject({ deleted: false, object: { metadata: { deletionGracePeriodSeconds: 30 } } });
    expect(await store.delete({ gracePeriodSeconds: 5 })).toMatchObject({ deleted: false, object: { metadata: { deletionGracePeriodSeconds: 5 } } });
    expect(await store.delete({ gracePeriodSeconds: 0 })).toMatchObject({ deleted: true });
  });

  test('waits for the last finalizer, which an update takes', async () => {
    const store = newStore();
    await store.create(configMap({ finalizers: ['example.com/wait', 'example.com/too'] }));
    expect(await store.delete()).toMatchObject({ deleted: false, object: { metadata: { deletionGracePeriodSeconds: 0 } } });
    await store.update((obj) => void (obj.metadata.finalizers = ['example.com/too']));
    await expect(store.update((obj) => obj.metadata.finalizers?.push('example.com/new'))).rejects.toThrow('no new finalizers can be added');
    await store.update((obj) => delete obj.metadata.finalizers);
    await expect(store.get()).rejects.toThrow('not found');
  });

  test('by an update that takes the last finalizer holds to its preconditions', async () => {
    const store = newStore();
    await store.create(configMap({ finalizers: ['example.com/wait'] }));
    await store.delete();
    await expect(store.update((obj) => delete obj.metadata.finalizers, { preconditions: { uid: 'another' } })).rejects.toThrow('Precondition failed: UID in precondition: another');
    await expect(store.get()).resolves.toBeDefined();
  });

  test.each([
    ['Orphan', ['orphan']],
    ['Foreground', ['foregroundDeletion']],
  ] as const)('%s leaves the dependents to the garbage collector', async (propagationPolicy, finalizers) => {
    const store = newStore();
    await store.create(configMap());
    expect(await store.delete({ propagationPolicy })).toMatchObject({ deleted: false, object: { metadata: { finalizers } } });
  });

  test.each([
    [{ uid: 'another' }, 'the UID in the precondition (another) does not match the UID in record'],
    [{ resourceVersion: '1' }, 'the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (2)'],
  ])('of another state than %o is a conflict', async (preconditions, message) => {
    const store = newStore();
    await store.create(configMap());
    await expect(store.delete({ preconditions })).rejects.toThrow(message);
    await expect(store.get()).resolves.toMatchObject({ metadata: { name: 'a' } });
  });

  test('deletes nothing in a dry run', async () => {
    const store = newStore();
    await store.create(configMap());
    expect(await store.delete({ dryRun: true })).toMatchObject({ deleted: true, object: { status: 'Success' } });
    await expect(store.get()).resolves.toBeDefined();
  });
});

describe('a list', () => {
  const selecting = (fieldSelector: string, more: Partial<ListOptions> = {}): ListOptions => ({
    labelSelector: everythingLabels, fieldSelector: parseFieldSelector(fieldSelector), resourceVersion: '', resourceVersionMatch: '', limit: 0, continue: '', allowWatchBookmarks: false, watch: false, ...more,
  });

  test.each([
    ['by name', 'configmaps', 'ns', 'metadata.name=a', '/registry/configmaps/ns/a'],
    ['by name and something else', 'configmaps', 'ns', 'metadata.name=a,metadata.namespace=x', '/registry/configmaps/ns/a'],
    ['by the name of what has no namespace', 'namespaces', '', 'metadata.name=a', '/registry/namespaces/a'],
    ['by a name in all namespaces', 'configmaps', '', 'metadata.name=a', '/registry/configmaps/'],
    ['by what is no name', 'configmaps', 'ns', 'metadata.name=a/b', '/registry/configmaps/ns/'],
    ['by another name', 'configmaps', 'ns', 'metadata.name!=a', '/registry/configmaps/ns/'],
  ])('%s reads no more than it must', async (_what, resource, namespace, fields, key) => {
    const etcd = newEmbeddedEtcd();
    const range = vi.spyOn(etcd, 'range');
    const watch = vi.spyOn(etcd, 'watch');
    const { rest } = newTestRegistry({ etcd });
    const ctx = requestFor({ namespace, resource });
    await rest('v1', resource).list(ctx, selecting(fields));
    expect(range.mock.calls.map(([request]) => request.key)).toEqual([key]);
    const events = await rest('v1', resource).watch(ctx, selecting(fields, { resourceVersion: '1' }));
    const next = events[Symbol.asyncIterator]().next();
    await expect.poll(() => watch.mock.calls.map(([request]) => request.key)).toEqual([key]);
    events.stop();
    await next;
  });
});
