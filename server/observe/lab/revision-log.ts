/**
 * What was written at each of etcd's latest revisions, and how far it has been compacted.
 *
 * Upstream: `etcdctl watch --prefix '' --rev=1`.
 */
import { sleep } from '../../http/sleep.ts';
import type { EtcdClient, EtcdEvent, KeyValue } from '../../storage/etcd/client.ts';
import { compactRevKey } from '../../storage/etcd/compact.ts';
import type { LabWritten } from './messages.ts';

/** As many as can be looked at. */
const kept = 60;
const retryAfter = 1000;

export class RevisionLog {
  revision = 0;
  /** 0 where nothing has been. */
  compacted = 0;
  written: LabWritten[] = [];

  /** Follows etcd from as far back as is kept, or from where it was compacted, until `signal` is aborted. */
  async follow(etcd: EtcdClient, changed: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#follow(etcd, changed, signal).catch(() => undefined);
      await sleep(retryAfter, signal);
    }
  }

  async #follow(etcd: EtcdClient, changed: () => void, signal: AbortSignal): Promise<void> {
    const next = (this.written.at(-1)?.revision ?? 0) + 1;
    // another's etcd has a past of any length, and whoever compacted it has said so
    const { revision: present, kvs } = await etcd.range({ key: compactRevKey });
    this.compacted = Math.max(this.compacted, revisionIn(kvs[0]));
    const watch = etcd.watch({ key: '\0', rangeEnd: '\0', startRevision: Math.max(next, present - kept, this.compacted) });
    const cancel = () => watch.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      for await (const { revision, events, compactRevision = 0 } of watch) {
        this.revision = Math.max(this.revision, revision);
        this.compacted = Math.max(this.compacted, compactRevision);
        for (const event of events) this.#take(event);
        changed();
      }
    } finally {
      signal.removeEventListener('abort', cancel);
      watch.cancel();
    }
  }

  #take({ type, kv }: EtcdEvent): void {
    const { key, modRevision, createRevision } = kv;
    const how = type === 'delete' ? 'deleted' : createRevision === modRevision ? 'created' : 'changed';
    this.written = [...this.written.slice(1 - kept), { revision: modRevision, key, how }];
    // whoever compacts says so there
    if (key === compactRevKey) this.compacted = Math.max(this.compacted, revisionIn(kv));
  }
}

function revisionIn(kv: KeyValue | undefined): number {
  return kv ? Number(new TextDecoder().decode(kv.value)) || 0 : 0;
}
