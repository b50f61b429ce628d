/**
 * The compactor: every few minutes one of the servers of a cluster has etcd forget the history that is older than that.
 * Which of them is settled at the key `compact_rev_key`: its version counts the compactions, and whoever finds it as
 * they last saw it may do the next one, up to the revision that they saw then. The others learn from it that it is done.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/compact.go.
 */
import { sleep } from '../../http/sleep.ts';
import type { Logger } from '../../observe/logger.ts';
import type { EtcdClient, EtcdWatch, KeyValue } from './client.ts';
import { EtcdUnavailableError } from './client.ts';

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
    return { compactTime: kv?.version ?? 0, revision: response.revision, compactRevision: revisionOf(kv) };
  }
  // the first round only notes how far the store is
  if (revision > 0) await client.compact(revision);
  return { compactTime: compactTime + 1, revision: response.revision, compactRevision: revision };
}

export interface CompactorOptions {
  etcd: EtcdClient;
  /** Milliseconds between two compactions; 0 for none. */
  etcdCompactionInterval: number;
  log: Logger;
}

export class Compactor {
  readonly #options: CompactorOptions;
  /** What etcd has forgotten, by whichever server's doing; 0 as long as nothing is known. */
  revision = 0;

  constructor(options: CompactorOptions) {
    this.#options = options;
  }

  /** Compacts, and follows what others compact, until `signal` is aborted. */
  run(signal: AbortSignal): void {
    void this.#follow(signal);
    const { etcd, etcdCompactionInterval, log } = this.#options;
    if (etcdCompactionInterval === 0) return;
    let state: CompactState = { compactTime: 0, revision: 0 };
    const timer = setInterval(() => {
      compact(etcd, state).then(
        ({ compactRevision, ...next }) => {
          state = next;
          this.#learn(compactRevision);
        },
        (err: unknown) => log.error(err, 'etcd: compact failed'),
      );
    }, etcdCompactionInterval);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { etcd, log } = this.#options;
    let watch: EtcdWatch | undefined;
    signal.addEventListener('abort', () => watch?.cancel(), { once: true });
    while (!signal.aborted) {
      try {
        const { revision, kvs } = await etcd.range({ key: compactRevKey });
        this.#learn(revisionOf(kvs[0]));
        if (signal.aborted) return;
        watch = etcd.watch({ key: compactRevKey, startRevision: revision + 1 });
        for await (const { events, compactRevision = revisionOf(events.at(-1)?.kv) } of watch) this.#learn(compactRevision);
      } catch (err) {
        if (!signal.aborted && !(err instanceof EtcdUnavailableError)) log.error(err, `etcd: ${compactRevKey} cannot be followed`);
      }
      await sleep(1000, signal);
    }
  }

  #learn(revision: number): void {
    this.revision = Math.max(this.revision, revision);
  }
}

/** 0 where there is none. */
function revisionOf(kv: KeyValue | undefined): number {
  const revision = Number(new TextDecoder().decode(kv?.value));
  return Number.isSafeInteger(revision) ? revision : 0;
}
