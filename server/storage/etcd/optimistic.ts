/**
 * The two transactions that every write is made of: if the key was last written at this revision, write or delete it;
 * if not, say what it holds now.
 *
 * Upstream: OptimisticPut and OptimisticDelete of go.etcd.io/etcd/client/v3/kubernetes/client.go.
 */
import type { RequestContext } from '../../http/context.ts';
import { snapshot } from '../../observe/tracing.ts';
import type { EtcdClient, KeyValue, RequestOp } from './client.ts';
import { kvTxn } from './rpc.ts';

export interface OptimisticResult {
  succeeded: boolean;
  /** The store's revision: that of the write, if it was made. */
  revision: number;
  /** After a failure, what is there instead; undefined when nothing is. */
  kv: KeyValue | undefined;
}

/** Revision 0 expects that the key does not exist. */
export function optimisticPut(ctx: RequestContext, client: EtcdClient, key: string, value: Uint8Array, expectedRevision: number, lease?: string) {
  const put: RequestOp = lease === undefined ? { op: 'put', key, value } : { op: 'put', key, value, lease };
  return optimistic(ctx, client, key, put, expectedRevision);
}

export function optimisticDelete(ctx: RequestContext, client: EtcdClient, key: string, expectedRevision: number) {
  return optimistic(ctx, client, key, { op: 'deleteRange', key }, expectedRevision);
}

async function optimistic(ctx: RequestContext, client: EtcdClient, key: string, op: RequestOp, expectedRevision: number): Promise<OptimisticResult> {
  const response = await kvTxn(ctx, client, {
    compare: [{ key, target: 'mod', result: 'equal', value: expectedRevision }],
    success: [op],
    failure: [{ op: 'range', key }],
  });
  const { succeeded, revision } = response;
  snapshot(ctx, 'txn', () => ({
    key,
    compare: { mod: expectedRevision },
    op: op.op,
    ...(op.op === 'put' && { bytes: op.value.length }),
    succeeded,
    revision,
  }));
  const read = response.responses[0];
  return { succeeded, revision, kv: !succeeded && read?.op === 'range' ? read.kvs[0] : undefined };
}
