/**
 * What really happened, as etcd tells it: every write under a prefix, in the order of revisions. It is read from the
 * stored bytes, in which a writer's mark and the object's uid stand as they are, without any code of the server's.
 */
import { connectEtcd } from '../../server/node/etcd-client.ts';

export interface Write {
  revision: number;
  /** `default/a` */
  key: string;
  type: 'put' | 'delete';
  /** Of a put: the mark that its writer left. */
  mark?: string;
  uid: string;
}

export const markOf = (operation: number) => `mark-${operation}-.`;

const marks = /mark-\d+-\./;
const uids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const text = new TextDecoder('latin1');
const allKeys = { key: '\0', rangeEnd: '\0' };

/** All writes under `prefix` (`/registry/configmaps/`) so far. */
export async function readHistory(endpoint: string, prefix: string): Promise<Write[]> {
  const client = await connectEtcd({ endpoints: [endpoint] });
  // a write of its own, as nothing else tells for sure that all before it has been told
  const { revision: end } = await client.txn({ compare: [], success: [{ op: 'put', key: 'soak-end', value: new Uint8Array(1) }], failure: [] });
  const watch = client.watch({ ...allKeys, startRevision: 1, prevKv: true });
  const history: Write[] = [];
  for await (const { events, revision } of watch) {
    for (const { type, kv, prevKv } of events) {
      if (!kv.key.startsWith(prefix)) continue;
      const value = text.decode(type === 'put' ? kv.value : prevKv?.value);
      history.push({ revision: kv.modRevision, key: kv.key.slice(prefix.length), type, uid: uids.exec(value)?.[0] ?? '', ...(type === 'put' && { mark: marks.exec(value)?.[0] ?? '' }) });
    }
    if (events.length > 0 && revision >= end) break;
  }
  client.close();
  return history;
}
