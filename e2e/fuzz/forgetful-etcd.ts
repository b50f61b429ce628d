/**
 * An etcd that can forget its history, and whose watches then end as those do that asked for what is compacted: who
 * follows it reads everything anew, and forgets the events that it kept, too.
 */
import type { EtcdClient, EtcdWatch, WatchResponse } from '../../server/storage/etcd/client.ts';

export interface ForgetfulEtcd extends EtcdClient {
  forget(): Promise<void>;
}

export function forgetful(etcd: EtcdClient): ForgetfulEtcd {
  const running = new Map<EtcdWatch, () => void>();

  async function* responses(watch: EtcdWatch): AsyncGenerator<WatchResponse> {
    let forgotten = false;
    const revision = async () => (await etcd.range({ key: '/', countOnly: true })).revision;
    running.set(watch, () => {
      forgotten = true;
      watch.cancel();
    });
    try {
      yield* watch;
    } finally {
      running.delete(watch);
    }
    if (forgotten) yield { revision: await revision(), events: [], compactRevision: await revision() };
  }

  return {
    ...etcd,
    watch(request) {
      const watch = etcd.watch(request);
      const iterator = responses(watch);
      return { requestProgress: () => watch.requestProgress(), cancel: () => watch.cancel(), [Symbol.asyncIterator]: () => iterator };
    },
    async forget() {
      const { revision } = await etcd.range({ key: '/', countOnly: true });
      await etcd.compact(revision);
      for (const end of [...running.values()]) end();
    },
  };
}
