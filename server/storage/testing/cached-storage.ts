/** A storage with a watch cache, on an embedded etcd that a test may tamper with. */
import { EncodingCache } from '../../apimachinery/serializer/encoding-cache.ts';
import { CacheDelegator } from '../cacher/delegator.ts';
import { newEmbeddedEtcd } from '../etcd/embedded/embedded.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { newEtcdStore } from '../etcd/store.ts';
import type { UpdateFunc } from '../interfaces.ts';
import { getAttrs, newContext, newPod, options, pod, pods, startCompactor, storeOptions } from './fixtures.ts';

const setN = (n: number): UpdateFunc => (current) => ({ ...current!, n });

export function startCached(change: (client: EtcdClient) => Partial<EtcdClient> = () => ({}), rest: Partial<ConstructorParameters<typeof CacheDelegator>[0]> = {}) {
  const ctx = newContext();
  const etcd = newEmbeddedEtcd();
  const client = { ...etcd, ...change(etcd) };
  const { compactor, stop } = startCompactor(etcd);
  const encodings = new EncodingCache();
  const cacheOptions = { resourcePrefix: '/pods', groupResource: pods, namespaced: true, getAttrs, newFunc: newPod, clock: Date, encodings };
  const storage = new CacheDelegator({ ...cacheOptions, storage: newEtcdStore({ ...storeOptions, client, compactor }), ...rest });
  return {
    client,
    storage,
    encodings,
    put: (name: string, n = 0) => storage.create(ctx, `/pods/default/${name}`, pod(name, { n })),
    change: (name: string, n: number) => storage.guaranteedUpdate(ctx, `/pods/default/${name}`, { ignoreNotFound: false, tryUpdate: setN(n) }),
    remove: (name: string) => storage.delete(ctx, `/pods/default/${name}`, { validateDeletion: () => {} }),
    /** Resolves when the cache is as far as etcd. */
    caughtUp: () => storage.getList(ctx, '/pods/', options()),
    close: () => (stop(), storage.close(), etcd.close()),
  };
}
