/**
 * The two transactions that every write is made of: if the key was last written at this revision, write or delete it;
 * if not, say what it holds now, where somebody wants to know.
 *
 * Upstream: OptimisticPut and OptimisticDelete of go.etcd.io/etcd/client/v3/kubernetes/client.go.
 */
import type { RequestContext } from '../../http/context.ts';
import type { EtcdClient, KeyValue, RequestOp } from './client.ts';
import { kvTxn } from './rpc.ts';

/** Where a store's transactions go. */
export interface TxnTarget {
  client: EtcdClient;
  /** Whether what is stored is kept out of traces; only asked when there is one. */
  hidesValues: () => boolean;
}

export interface OptimisticResult {
  succeeded: boolean;
  /** The store's revision: that of the write, if it was made. */
  revision: number;
  /** After a failure, what is there instead, if that was asked for; undefined when nothing is. */
  kv: KeyValue | undefined;
}

export interface PutOptions {
  lease: string | undefined;
  getOnFailure: boolean;
}

/** Revision 0 expects that the key does not exist. */
export function optimisticPut(ctx: RequestContext, target: TxnTarget, key: string, value: Uint8Array, expectedRevision: number, { lease, getOnFailure }: PutOptions) {
  const put: RequestOp = lease === undefined ? { op: 'put', key, value } : { op: 'put', key, value, lease };
  return optimistic(ctx, target, key, put, expectedRevision, getOnFailure);
}

export function optimisticDelete(ctx: RequestContext, target: TxnTarget, key: string, expectedRevision: number) {
  return optimistic(ctx, target, key, { op: 'deleteRange', key }, expectedRevision, true);
}

async function optimistic(ctx: RequestContext, { client, hidesValues }: TxnTarget, key: string, op: RequestOp, expectedRevision: number, getOnFailure: boolean): Promise<OptimisticResult> {
  const { succeeded, revision, responses } = await kvTxn(ctx, client, {
    compare: [{ key, target: 'mod', result: 'equal', value: expectedRevision }],
    success: [op],
    failure: getOnFailure ? [{ op: 'range', key }] : [],
  }, hidesValues);
  const [read] = responses;
  return { succeeded, revision, kv: !succeeded && read?.op === 'range' ? read.kvs[0] : undefined };
}
