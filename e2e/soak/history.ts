/**
 * What really happens, as etcd tells it: every write under a prefix, in the order of revisions. It is read from the
 * stored bytes, in which a writer's mark and the object's uid stand as they are, without the server's codec. It is
 * followed while it happens, as etcd forgets what is compacted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEtcd } from '../../server/node/etcd-client.ts';
import type { EtcdEvent, EtcdWatch } from '../../server/storage/etcd/client.ts';
import { compactRevKey } from '../../server/storage/etcd/compact.ts';

export interface Write {
  revision: number;
  /** `default/a` */
  key: string;
  type: 'put' | 'delete';
  /** What the object's writer left in it; of a delete, in what it was before. */
  mark: string;
  uid: string;
}

export interface History {
  /** Everything there has been until now; nothing more is followed. */
  end(): Promise<Write[]>;
  /** How often etcd was told to forget. */
  compactions(): number;
}

export const markOf = (operation: number) => `mark-${operation}-.`;

const marks = /mark-\d+-\./;
const uids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const text = new TextDecoder('latin1');
const allKeys = { key: '\0', rangeEnd: '\0' };

/** Of the objects under `prefix` (`/registry/configmaps/`), from the beginning. */
export async function followHistory(endpoint: string, prefix: string): Promise<History> {
  const client = await connectEtcd({ endpoints: [endpoint] });
  const history: Write[] = [];
  const before = new Map<string, Write>();
  let compactions = 0;
  let seen = 0;
  let end = Infinity;
  let watch: EtcdWatch | undefined;

  function note({ type, kv }: EtcdEvent): void {
    seen = kv.modRevision;
    if (kv.key === compactRevKey) compactions++;
    if (!kv.key.startsWith(prefix)) return;
    const key = kv.key.slice(prefix.length);
    const value = text.decode(kv.value);
    const content = type === 'put' ? { mark: marks.exec(value)?.[0] ?? '', uid: uids.exec(value)?.[0] ?? '' } : { mark: before.get(key)?.mark ?? '', uid: before.get(key)?.uid ?? '' };
    const write: Write = { revision: seen, key, type, ...content };
    history.push(write);
    before.set(key, write);
  }

  async function follow(): Promise<void> {
    while (seen < end) {
      try {
        watch = client.watch({ ...allKeys, startRevision: seen + 1 });
        for await (const { events, compactRevision } of watch) {
          if (compactRevision !== undefined) throw new CompactedHistoryError(`etcd has forgotten what was between ${seen} and ${compactRevision}`);
          events.forEach(note);
          if (seen >= end) break;
        }
      } catch (err) {
        if (err instanceof CompactedHistoryError) throw err;
        await sleep(20);
      }
    }
  }

  const following = follow();
  // it is who asks for the end that is told
  following.catch(() => undefined);
  return {
    compactions: () => compactions,
    async end() {
      // a write of its own, as nothing else tells for sure that all before it has been told
      end = (await client.txn({ compare: [], success: [{ op: 'put', key: 'soak-end', value: new Uint8Array(1) }], failure: [] })).revision;
      await following.finally(() => client.close());
      return history;
    },
  };
}

class CompactedHistoryError extends Error {}
