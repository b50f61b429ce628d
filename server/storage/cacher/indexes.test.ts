import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FieldSelector } from '../../apimachinery/fields.ts';
import { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { newEmbeddedEtcd } from '../etcd/embedded/embedded.ts';
import { newEtcdStore } from '../etcd/store.ts';
import type { ListOptions, Storage } from '../interfaces.ts';
import { brief, keyOf, names, newContext, newPod, options, pod, pods, storeOptions, take } from '../testing/fixtures.ts';
import { getAttrs as metadataAttrs } from '../testing/fixtures.ts';
import { newCacheDelegator } from './delegator.ts';

const ctx = newContext();
const nodes = ['n1', 'n2', 'n3'];
const onNode = (name: string, nodeName: string, namespace = 'default') => ({ ...pod(name, { namespace }), spec: { nodeName } });
const nodeOf = (obj: KubeObject) => ('spec' in obj ? ((obj.spec as { nodeName?: string }).nodeName ?? '') : '');
const getAttrs: typeof metadataAttrs = (obj) => {
  const { labels, fields } = metadataAttrs(obj);
  return { labels, fields: { ...fields, 'spec.nodeName': nodeOf(obj) } };
};

describe('Pods by their node', () => {
  let storage: Storage;
  let looked: string[];
  let close: () => void;
  /** Options whose selector notes whom it looked at. */
  function selecting(fields: string, rest: Parameters<typeof options>[0] = {}): ListOptions {
    const { predicate, ...others } = options({ ...rest, fields });
    const matches = (of: Record<string, string>) => (looked.push(of['metadata.name'] ?? ''), predicate.field.matches(of));
    return { ...others, predicate: { ...predicate, getAttrs, field: Object.assign(Object.create(predicate.field) as FieldSelector, { matches }) } };
  }
  const put = (...args: Parameters<typeof onNode>) => storage.create(ctx, keyOf(onNode(...args)), onNode(...args));
  const move = (name: string, nodeName: string) => storage.guaranteedUpdate(ctx, `/pods/default/${name}`, { ignoreNotFound: false, tryUpdate: (current) => ({ ...current!, spec: { nodeName } }) });

  beforeEach(async () => {
    const etcd = newEmbeddedEtcd();
    looked = [];
    const cache = { resourcePrefix: '/pods', groupResource: pods, namespaced: true, getAttrs, indexField: 'spec.nodeName', newFunc: newPod, clock: Date, encodings: new EncodingCache() };
    storage = newCacheDelegator({ ...cache, storage: newEtcdStore({ ...storeOptions, client: etcd }) });
    close = () => (storage.close(), etcd.close());
    await storage.readinessCheck();
  });
  afterEach(() => close());

  test('a list by node looks at that node’s Pods only', async () => {
    for (let i = 0; i < 30; i++) await put(`a${i % 10}${i}`, nodes[i % 3]!, i < 15 ? 'default' : 'other');
    const { items, resourceVersion } = await storage.getList(ctx, '/pods/', selecting('spec.nodeName=n1'));
    expect(items).toHaveLength(10);
    expect(new Set(looked)).toEqual(new Set(names(items)));
    expect(resourceVersion).toBe('31');
    looked = [];
    const inOne = await storage.getList(ctx, '/pods/default/', selecting('spec.nodeName=n1'));
    expect(inOne.items).toHaveLength(5);
    expect(looked).toHaveLength(5);
  });

  test('pages of a list by node are those of any list', async () => {
    for (let i = 0; i < 9; i++) await put(`a${i}`, nodes[i % 3]!);
    const first = await storage.getList(ctx, '/pods/', selecting('spec.nodeName=n1', { limit: 2 }));
    const second = await storage.getList(ctx, '/pods/', selecting('spec.nodeName=n1', { limit: 2, continue: first.continue }));
    expect([names(first.items), names(second.items), second.continue]).toEqual([['a0', 'a3'], ['a6'], '']);
  });

  test('a list by node answers what a scan would, whatever was created, moved and deleted', async () => {
    const write = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), to: fc.constantFrom('', ...nodes), deletes: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 12 }), async (writes) => {
        for (const { name, to, deletes } of writes) {
          if (deletes) await storage.delete(ctx, `/pods/default/${name}`, { validateDeletion: () => {} }).catch(() => undefined);
          else await put(name, to).catch(() => move(name, to));
        }
        const all = await storage.getList(ctx, '/pods/', options());
        for (const node of ['', ...nodes]) {
          const { items } = await storage.getList(ctx, '/pods/', selecting(`spec.nodeName=${node}`));
          expect(items).toEqual(all.items.filter((obj) => nodeOf(obj) === node));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('a watch of one node that begins with the state looks at that node’s Pods only', async () => {
    for (let i = 0; i < 9; i++) await put(`a${i}`, nodes[i % 3]!);
    await storage.getList(ctx, '/pods/', options());
    const watch = await storage.watch(ctx, '/pods/', selecting('spec.nodeName=n2', { resourceVersion: '0' }));
    expect(names((await take(watch, 3)).map(({ object }) => object))).toEqual(['a1', 'a4', 'a7']);
    expect(looked).toEqual(['a1', 'a4', 'a7']);
  });

  test('a watcher of one node is not even asked about the Pods of others', async () => {
    const watch = await storage.watch(ctx, '/pods/', selecting('spec.nodeName=n1', { resourceVersion: '1' }));
    const events = take(watch, 2);
    await put('a', 'n1');
    for (let i = 0; i < 5; i++) await put(`b${i}`, 'n2');
    await put('c', 'n1');
    expect((await events).map(brief)).toEqual(['ADDED a 2', 'ADDED c 8']);
    expect(new Set(looked)).toEqual(new Set(['a', 'c']));
  });

  test('a Pod that moves leaves the watchers of one node and comes to those of the other', async () => {
    const [from, to, all] = await Promise.all(
      ['spec.nodeName=n1', 'spec.nodeName=n2', ''].map((fields) => storage.watch(ctx, '/pods/default/', selecting(fields, { resourceVersion: '1' }))),
    );
    await put('a', 'n1');
    await move('a', 'n2');
    await storage.delete(ctx, '/pods/default/a', { validateDeletion: () => {} });
    expect((await take(from!, 2)).map(brief)).toEqual(['ADDED a 2', 'DELETED a 3']);
    expect((await take(to!, 2)).map(brief)).toEqual(['ADDED a 3', 'DELETED a 4']);
    expect((await take(all!, 3)).map(brief)).toEqual(['ADDED a 2', 'MODIFIED a 3', 'DELETED a 4']);
  });

  test.each([
    ['/pods/default/', '', ['a', 'b']],
    ['/pods/', 'metadata.namespace=default', ['a', 'b']],
    ['/pods/', 'metadata.namespace=default,metadata.name=a', ['a']],
    ['/pods/', 'metadata.name=a', ['a', 'a']],
    ['/pods/default/a', '', ['a']],
    ['/pods/default/', 'metadata.name!=a', ['b']],
    ['/pods/', 'spec.nodeName!=n1', ['a', 'b']],
    ['/pods/', 'spec.nodeName=n1,metadata.namespace=other', ['a']],
  ])('a watch of %s that selects %j hears of %j', async (key, fields, expected) => {
    const watch = await storage.watch(ctx, key, selecting(fields, { resourceVersion: '1' }));
    const events = take(watch, 9);
    await put('a', 'n2');
    await put('b', 'n2');
    await put('a', 'n1', 'other');
    await storage.getList(ctx, '/pods/', options());
    await new Promise((resolve) => setTimeout(resolve, 0));
    watch.stop();
    expect(names((await events).map(({ object }) => object))).toEqual(expected);
  });
});
