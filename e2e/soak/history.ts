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

/** All writes under `prefix` (`/registry/configmaps/`) so far. */
export async function readHistory(endpoint: string, prefix: string): Promise<Write[]> {
  const client = await connectEtcd({ endpoints: [endpoint] });
  const { revision } = await client.range({ key: prefix });
  const watch = client.watch({ key: prefix, rangeEnd: `${prefix}\xff`, startRevision: 1, prevKv: true });
  const history: Write[] = [];
  let created = false;
  watch.requestProgress();
  for await (const response of watch) {
    for (const { type, kv, prevKv } of response.events) {
      const value = text.decode(type === 'put' ? kv.value : prevKv?.value);
      history.push({ revision: kv.modRevision, key: kv.key.slice(prefix.length), type, uid: uids.exec(value)?.[0] ?? '', ...(type === 'put' && { mark: marks.exec(value)?.[0] ?? '' }) });
    }
    // the first response only says that the watch is there
    if (created && response.revision >= revision) break;
    created = true;
  }
  client.close();
  return history;
}
