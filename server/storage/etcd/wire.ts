/**
 * A transaction and its answer as the bytes that etcd's protocol has for them: what a trace shows of a write. They are
 * the same whether an etcd is asked over gRPC, or the embedded one without any bytes.
 *
 * Upstream: TxnRequest and TxnResponse of go.etcd.io/etcd/api/etcdserverpb/rpc.proto. Leaves out transactions within
 * transactions, and of an answer's header what only a cluster has: its ids and its term.
 */
import { concat } from '../../apimachinery/concat.ts';
import type { Compare, KeyValue, RangeRequest, RequestOp, ResponseOp, TxnRequest, TxnResponse } from './client.ts';

/** What is written of a value that is stored. */
export type Shown = (value: Uint8Array) => Uint8Array;
type Value = string | Uint8Array | number | bigint | boolean | undefined;

const compareResults = { equal: 0, greater: 1, less: 2, notEqual: 3 };
const compareTargets = { version: 0, create: 1, mod: 2 };
const compareFields = { version: 4, create: 5, mod: 6 };

export function encodeTxnRequest({ compare, success, failure }: TxnRequest, shown: Shown = (value) => value): Uint8Array {
  return concat([
    ...compare.map((c) => field(1, encodeCompare(c))),
    ...success.map((op) => field(2, encodeRequestOp(op, shown))),
    ...failure.map((op) => field(3, encodeRequestOp(op, shown))),
  ]);
}

export function encodeTxnResponse({ revision, succeeded, responses }: TxnResponse, shown: Shown = (value) => value): Uint8Array {
  return concat([field(1, header(revision)), known(2, succeeded), ...responses.map((op) => field(3, encodeResponseOp(op, revision, shown)))]);
}

function encodeCompare({ key, target, result, value }: Compare): Uint8Array {
  // the number is one of a oneof: it is sent even if it is 0
  return concat([known(1, compareResults[result]), known(2, compareTargets[target]), known(3, key), field(compareFields[target], value)]);
}

function encodeRequestOp(op: RequestOp, shown: Shown): Uint8Array {
  switch (op.op) {
    case 'range':
      return field(1, encodeRange(op));
    case 'put':
      return field(2, concat([known(1, op.key), known(2, shown(op.value)), known(3, BigInt(op.lease ?? 0)), known(4, op.prevKv)]));
    case 'deleteRange':
      return field(3, concat([known(1, op.key), known(2, op.rangeEnd), known(3, op.prevKv)]));
  }
}

function encodeRange({ key, rangeEnd, limit, revision, serializable, keysOnly, countOnly }: RangeRequest): Uint8Array {
  return concat([known(1, key), known(2, rangeEnd), known(3, limit), known(4, revision), known(7, serializable), known(8, keysOnly), known(9, countOnly)]);
}

function encodeResponseOp(op: ResponseOp, revision: number, shown: Shown): Uint8Array {
  switch (op.op) {
    case 'range':
      return field(1, concat([field(1, header(revision)), ...op.kvs.map((kv) => field(2, encodeKeyValue(kv, shown))), known(3, op.more), known(4, op.count)]));
    case 'put':
      return field(2, concat([field(1, header(revision)), ...(op.prevKv ? [field(2, encodeKeyValue(op.prevKv, shown))] : [])]));
    case 'deleteRange':
      return field(3, concat([field(1, header(revision)), known(2, op.deleted), ...op.prevKvs.map((kv) => field(3, encodeKeyValue(kv, shown)))]));
  }
}

function encodeKeyValue({ key, createRevision, modRevision, version, value, lease }: KeyValue, shown: Shown): Uint8Array {
  return concat([known(1, key), known(2, createRevision), known(3, modRevision), known(4, version), known(5, shown(value)), known(6, BigInt(lease))]);
}

function header(revision: number): Uint8Array {
  return known(3, revision);
}

/** A field of proto3, which is left out where it holds what it would hold anyway. */
function known(id: number, value: Value): Uint8Array {
  return !value || (value instanceof Uint8Array && value.length === 0) ? new Uint8Array() : field(id, value);
}

function field(id: number, value: Exclude<Value, undefined>): Uint8Array {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) return concat([varint(id << 3), varint(BigInt(value))]);
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return concat([varint((id << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...bytes, Number(rest));
}
