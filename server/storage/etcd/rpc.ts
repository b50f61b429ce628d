/**
 * Calls to etcd, each in a span of its own, and its time added up: what is left of a request's time here is etcd's and
 * the network's.
 *
 * Upstream: the spans that go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc puts around
 * etcd's client, by k8s.io/apiserver/pkg/storage/storagebackend/factory/etcd3.go, and pkg/storage/etcd3/latency_tracker.go.
 */
import type { RequestContext } from '../../http/context.ts';
import { base64 } from '../../apimachinery/base64.ts';
import { snapshot, withSpan } from '../../observe/tracing.ts';
import type { EtcdClient, RangeRequest, RangeResponse, TxnRequest, TxnResponse } from './client.ts';
import { encodeTxnRequest, encodeTxnResponse } from './wire.ts';
import type { Shown } from './wire.ts';

export function kvRange(ctx: RequestContext, client: EtcdClient, request: RangeRequest): Promise<RangeResponse> {
  return withSpan(ctx, 'etcdserverpb.KV/Range', { fn: 'kvRange', file: 'server/storage/etcd/rpc.ts' }, (ctx) => timed(ctx, () => client.range(request, ctx)), { key: request.key });
}

/** Where `hidesValues`, a trace has as many zeros in place of what is stored. */
export function kvTxn(ctx: RequestContext, client: EtcdClient, request: TxnRequest, hidesValues: () => boolean): Promise<TxnResponse> {
  return withSpan(ctx, 'etcdserverpb.KV/Txn', { fn: 'kvTxn', file: 'server/storage/etcd/rpc.ts' }, async (ctx) => {
    snapshot(ctx, 'TxnRequest', () => messageOf((shown) => encodeTxnRequest(request, shown), hidesValues()));
    const response = await timed(ctx, () => client.txn(request, ctx));
    ctx.span.setAttributes({ succeeded: response.succeeded, revision: response.revision });
    snapshot(ctx, 'TxnResponse', () => messageOf((shown) => encodeTxnResponse(response, shown), hidesValues()));
    return response;
  });
}

function messageOf(encode: (shown: Shown) => Uint8Array, hidesValues: boolean) {
  return { bytes: base64(encode((value) => (hidesValues ? new Uint8Array(value.length) : value))), hidesValues };
}

function timed<T>({ latency }: RequestContext, call: () => Promise<T>): Promise<T> {
  return latency ? latency.timeAsync('etcd', call) : call();
}
