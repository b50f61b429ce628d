/**
 * Calls to etcd, each in a span of its own, and its time added up: what is left of a request's time here is etcd's and
 * the network's.
 *
 * Upstream: the spans that go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc puts around
 * etcd's client, by k8s.io/apiserver/pkg/storage/storagebackend/factory/etcd3.go, and pkg/storage/etcd3/latency_tracker.go.
 */
import type { RequestContext } from '../../http/context.ts';
import { withSpan } from '../../observe/tracing.ts';
import type { EtcdClient, RangeRequest, RangeResponse, TxnRequest, TxnResponse } from './client.ts';

export function kvRange(ctx: RequestContext, client: EtcdClient, request: RangeRequest): Promise<RangeResponse> {
  return withSpan(ctx, 'etcdserverpb.KV/Range', { fn: 'kvRange', file: 'server/storage/etcd/rpc.ts' }, (ctx) => timed(ctx, () => client.range(request, ctx)), { key: request.key });
}

export function kvTxn(ctx: RequestContext, client: EtcdClient, request: TxnRequest): Promise<TxnResponse> {
  return withSpan(ctx, 'etcdserverpb.KV/Txn', { fn: 'kvTxn', file: 'server/storage/etcd/rpc.ts' }, (ctx) => timed(ctx, () => client.txn(request, ctx)));
}

function timed<T>({ latency }: RequestContext, call: () => Promise<T>): Promise<T> {
  return latency ? latency.timeAsync('etcd', call) : call();
}
