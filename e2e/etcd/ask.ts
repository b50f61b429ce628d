/** Requests about ConfigMaps, and etcd's keys as etcdctl would set them. */
import { connectEtcd } from '../../server/node/etcd-client.ts';
import type { EtcdClient } from '../../server/storage/etcd/client.ts';
import { request } from '../bad-input/request.ts';
import type { StageProcess } from '../stage-process.ts';

export const collection = '/api/v1/namespaces/default/configmaps';

export interface Told {
  status: number;
  body: { code?: number; reason?: string; message?: string; metadata?: { name?: string; resourceVersion?: string; continue?: string }; items?: { metadata: { name: string } }[] };
  contentType: string;
  retryAfter: string | undefined;
}

export async function ask(stage: StageProcess, method: string, path: string, body?: object): Promise<Told> {
  const answer = await request(stage, method, path, body ? { 'content-type': 'application/json' } : {}, body && JSON.stringify(body));
  return { status: answer.status, body: JSON.parse(answer.body) as Told['body'], contentType: String(answer.headers['content-type']), retryAfter: answer.headers['retry-after']?.toString() };
}

export const create = (stage: StageProcess, name: string, query = '', value = '') =>
  ask(stage, 'POST', `${collection}${query}`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } });

export const text = async (stage: StageProcess, path: string) => {
  const { status, body } = await request(stage, 'GET', path);
  return { status, body };
};

/** With a client of etcd's own for as long as `use` takes. */
export async function withEtcd<T>(endpoint: string, use: (etcd: EtcdClient) => Promise<T>): Promise<T> {
  const etcd = await connectEtcd({ endpoints: [endpoint] });
  try {
    return await use(etcd);
  } finally {
    etcd.close();
  }
}

export const put = (endpoint: string, key: string, value: string) =>
  withEtcd(endpoint, (etcd) => etcd.txn({ compare: [], success: [{ op: 'put', key, value: new TextEncoder().encode(value) }], failure: [] }));

export const stored = (endpoint: string, key: string) => withEtcd(endpoint, async (etcd) => new TextDecoder().decode((await etcd.range({ key })).kvs[0]?.value));
