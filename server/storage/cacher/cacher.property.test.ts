/** Whatever happens: what the cache answers, etcd would have answered. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import { newEmbeddedEtcd } from '../etcd/embedded/embedded.ts';
import { newEtcdStore } from '../etcd/store.ts';
import type { ListOptions, Storage, UpdateFunc, Watch } from '../interfaces.ts';
import { brief, getAttrs, newContext, newPod, options, pod, pods, storeOptions, take } from '../testing/fixtures.ts';
import { CacheDelegator } from './delegator.ts';

const ctx = newContext();
const namespaces = ['a', 'ab'];
const write = fc.record({ namespace: fc.constantFrom(...namespaces), name: fc.constantFrom('x', 'y', 'z'), label: fc.constantFrom('p', 'q'), deletes: fc.boolean(), wait: fc.constantFrom(0, 0, 30_000) });
type Write = typeof write extends fc.Arbitrary<infer W> ? W : never;
const asked = fc.record({ key: fc.constantFrom('/pods/', '/pods/a/', '/pods/ab/x'), labels: fc.constantFrom<Record<string, string>[]>({}, { l: 'p' }), fields: fc.constantFrom('', 'metadata.name=x', 'metadata.namespace=a'), limit: fc.constantFrom(0, 1, 2) });

/** What all pages tell; where they are cut an index may tell sooner that nothing more comes. */
async function pages(storage: Storage, key: string, first: ListOptions) {
  const items: string[] = [];
  const revisions = new Set<string>();
  const remaining: (number | undefined)[] = [];
  for (let wanted = first; ; ) {
    const page = await storage.getList(ctx, key, wanted);
    items.push(...page.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name} ${metadata.resourceVersion}`));
    revisions.add(page.resourceVersion);
    if (page.remainingItemCount !== undefined) remaining.push(page.remainingItemCount);
    if (page.continue === '') return { items, revisions, remaining };
    wanted = { resourceVersion: '', resourceVersionMatch: '', predicate: { ...first.predicate, continue: page.continue } };
  }
}

async function both() {
  const etcd = newEmbeddedEtcd();
  let now = 0;
  const store = newEtcdStore({ ...storeOptions, client: etcd });
  const cache = { resourcePrefix: '/pods', groupResource: pods, namespaced: true, getAttrs, indexField: 'metadata.name', newFunc: newPod, encodings: new EncodingCache() };
  const cached = new CacheDelegator({ ...cache, storage: store, clock: { now: () => now } });
  await cached.readinessCheck();
  return {
    store,
    cached,
    async play(writes: readonly Write[]) {
      for (const { namespace, name, label, deletes, wait } of writes) {
        now += wait;
        const key = `/pods/${namespace}/${name}`;
        const tryUpdate: UpdateFunc = (current) => ({ ...pod(name, { namespace, labels: { l: label } }), n: Number(current?.n ?? 0) + 1 });
        if (deletes) await store.delete(ctx, key, { validateDeletion: () => {} }).catch(() => undefined);
        else await store.guaranteedUpdate(ctx, key, { ignoreNotFound: true, tryUpdate });
      }
      return Number((await cached.getList(ctx, '/pods/', options())).resourceVersion);
    },
    close: () => (cached.close(), etcd.close()),
  };
}

/** What a watch has told by now. */
function follow(watch: Watch): string[] {
  const told: string[] = [];
  void (async () => {
    for await (const event of watch) told.push(brief(event));
  })();
  return told;
}

test('lists of any revision, in any pages, by any selector', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 200, size: 'max' }), fc.array(fc.tuple(fc.nat(), asked), { minLength: 5, maxLength: 10 }), async (writes, lists) => {
      const h = await both();
      try {
        const newest = await h.play(writes);
        for (const [at, { key, ...wanted }] of lists) {
          for (const rest of [{}, { resourceVersion: String(1 + (at % newest)), resourceVersionMatch: 'Exact' }] as const) {
            const list = options({ ...wanted, ...rest });
            expect(await pages(h.cached, key, list)).toEqual(await pages(h.store, key, list));
          }
        }
      } finally {
        h.close();
      }
    }),
    { numRuns: 30 },
  );
});

test('watches from any revision that it still knows; of others it says so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(write, { maxLength: 200, size: 'max' }), fc.array(fc.tuple(fc.nat(), asked), { minLength: 5, maxLength: 10 }), async (writes, watches) => {
      const h = await both();
      try {
        const newest = await h.play(writes);
        const { oldestRevision } = h.cached.describe();
        for (const [at, { key, labels, fields }] of watches) {
          const since = 1 + (at % newest);
          const wanted = options({ labels, fields, resourceVersion: String(since) });
          const [theirs, ours] = await Promise.all([h.store.watch(ctx, key, wanted), h.cached.watch(ctx, key, wanted)]);
          if (since < oldestRevision) {
            expect(await take(ours, 1)).toMatchObject([{ type: 'ERROR', object: { code: 410 } }]);
          } else {
            const expected = follow(theirs);
            const told = follow(ours);
            await expect.poll(() => told).toEqual(expected);
            // what either has to say it says without delay
            await new Promise((resolve) => setTimeout(resolve, 2));
            expect(told).toEqual(expected);
            ours.stop();
          }
          theirs.stop();
        }
      } finally {
        h.close();
      }
    }),
    { numRuns: 20 },
  );
});
