/**
 * The compactor: every few minutes one of the servers of a cluster has etcd forget the history that is older than that.
 * Which of them is settled at the key `compact_rev_key`: its version counts the compactions, and whoever finds it as
 * they last saw it may do the next one, up to the revision that they saw then. The others learn from it that it is done.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/compact.go. Leaves out following the key between compactions.
 */
import type { Logger } from '../../observe/logger.ts';
import type { EtcdClient } from './client.ts';

export const compactRevKey = 'compact_rev_key';

/** What a compactor knows: how many compactions there were, and how far the store was then. */
export interface CompactState {
  compactTime: number;
  revision: number;
}

export interface CompactResult extends CompactState {
  /** What has been forgotten, by whichever server; 0 where nothing was, or nobody can tell. */
  compactRevision: number;
}

/** One try. Losing it is no error: another server has compacted, and this one takes over what it finds. */
export async function compact(client: EtcdClient, { compactTime, revision }: CompactState): Promise<CompactResult> {
  const response = await client.txn({
    compare: [{ key: compactRevKey, target: 'version', result: 'equal', value: compactTime }],
    success: [{ op: 'put', key: compactRevKey, value: new TextEncoder().encode(String(revision)) }],
    failure: [{ op: 'range', key: compactRevKey }],
  });
  const [found] = response.responses;
  if (found?.op === 'range') {
    const kv = found.kvs[0];
    const theirs = Number(new TextDecoder().decode(kv?.value));
    return { compactTime: kv?.version ?? 0, revision: response.revision, compactRevision: Number.isSafeInteger(theirs) ? theirs : 0 };
  }
  // the first round only notes how far the store is
  if (revision > 0) await client.compact(revision);
  return { compactTime: compactTime + 1, revision: response.revision, compactRevision: revision };
}

/** Compacts every `interval` milliseconds until `signal` is aborted; 0 never does. */
export function startCompactor(client: EtcdClient, interval: number, log: Logger, signal: AbortSignal, onCompact?: (revision: number) => void): void {
  if (interval === 0) return;
  let state: CompactState = { compactTime: 0, revision: 0 };
  const timer = setInterval(() => {
    compact(client, state).then(
      ({ compactRevision, ...next }) => {
        state = next;
        if (compactRevision > 0) onCompact?.(compactRevision);
      },
      (err: unknown) => log.error(err, 'etcd: compact failed'),
    );
  }, interval);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
