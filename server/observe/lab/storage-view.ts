/**
 * Tells where etcd, the caches and the watchers stand, as it changes, and what a reader may do about it. Changes that
 * come close together are told as one.
 */
import type { DescribedCache } from '../../storage/cacher/description.ts';
import { compact, compactRevKey } from '../../storage/etcd/compact.ts';
import type { EtcdClient } from '../../storage/etcd/client.ts';
import type { InterruptibleEtcd } from './interruptible.ts';
import type { LabStorage } from './messages.ts';
import type { RevisionLog } from './revision-log.ts';
import type { Watchers } from './watchers.ts';

/** Milliseconds. */
const pause = 50;

export interface StorageViewOptions {
  stage: string;
  etcd: InterruptibleEtcd;
  log: RevisionLog;
  caches: Iterable<DescribedCache>;
  watchers: Watchers;
}

export function describeStorage({ stage, etcd, log, caches, watchers }: StorageViewOptions): LabStorage {
  const { revision, compacted, written } = log;
  return {
    type: 'storage',
    stage,
    etcd: etcd.stopped ? 'stopped' : 'running',
    revision,
    compacted,
    written,
    caches: [...caches].map((cache) => {
      const { resource, ready, oldestRevision, resourceVersion, listResourceVersion } = cache.describe();
      return { resource, ready, oldest: oldestRevision, newest: resourceVersion, listed: listResourceVersion };
    }),
    watchers: watchers.list(),
  };
}

/** Calls `tell` soon, once for all calls until then; not any more when `signal` is aborted. */
export function newSoon(tell: () => void, signal: AbortSignal): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return () => {
    if (signal.aborted) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      tell();
    }, pause);
  };
}

/** Has etcd forget what was before its present revision, as another server's compactor would: this one's learns of it. */
export async function compactNow(etcd: EtcdClient): Promise<void> {
  const { revision, kvs } = await etcd.range({ key: compactRevKey });
  await compact(etcd, { compactTime: kvs[0]?.version ?? 0, revision });
}
