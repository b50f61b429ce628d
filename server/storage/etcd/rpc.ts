/**
 * Calls to etcd, each in a span of its own: what is left of a request's time here is etcd's and the network's.
 *
 * Upstream: the spans that go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc puts around
 * etcd's client, by k8s.io/apiserver/pkg/storage/storagebackend/factory/etcd3.go.
 */
import type { RequestContext } from '../../http/context.ts';
import { withSpan } from '../../observe/tracing.ts';
import type { EtcdClient, RangeRequest, RangeResponse, TxnRequest, TxnResponse } from './client.ts';

export function kvRange(ctx: RequestContext, client: EtcdClient, request: RangeRequest): Promise<RangeResponse> {
  return withSpan(ctx, 'etcdserverpb.KV/Range', { fn: 'kvRange', file: 'server/storage/etcd/rpc.ts' }, (ctx) => client.range(request, ctx), { key: request.key });
}

export function kvTxn(ctx: RequestContext, client: EtcdClient, request: TxnRequest): Promise<TxnResponse> {
  return withSpan(ctx, 'etcdserverpb.KV/Txn', { fn: 'kvTxn', file: 'server/storage/etcd/rpc.ts' }, (ctx) => client.txn(request, ctx));
}
