/**
 * Transactions: all compares against the state before, then the operations of one branch, each seeing the ones before
 * it, under one revision. Everything that can be refused is refused before anything is written.
 *
 * Upstream: go.etcd.io/etcd/etcdserver/apply.go (Txn), etcdserver/api/v3rpc/key.go (the checks of a request).
 * Leaves out transactions within transactions.
 */
import { EtcdRequestError } from '../client.ts';
import type { Compare, EtcdEvent, KeyValue, RequestOp, ResponseOp, TxnRequest, TxnResponse } from '../client.ts';
import { inRange, keyRange } from './key-range.ts';
import type { Lessor } from './lessor.ts';
import type { MvccStore } from './mvcc-store.ts';

/** etcd's defaults: `--max-txn-ops`, `--max-request-bytes`. */
const maxTxnOps = 128;
const maxRequestBytes = 1.5 * 1024 * 1024;

export function applyTxn(store: MvccStore, lessor: Lessor, request: TxnRequest): { response: TxnResponse; events: EtcdEvent[] } {
  checkTxn(request);
  const succeeded = request.compare.every((compare) => holds(compare, store.current(compare.key)));
  const ops = succeeded ? request.success : request.failure;
  for (const op of ops) if (op.op === 'put' && op.lease && op.lease !== '0') lessor.lookup(op.lease);
  for (const op of ops) if (op.op === 'range') store.checkRevision(op.revision ?? 0);
  const responses = ops.map((op) => apply(store, lessor, op));
  const events = store.commit();
  return { response: { revision: store.revision, succeeded, responses }, events };
}

function holds({ target, result, value }: Compare, kv: KeyValue | undefined): boolean {
  const actual = { mod: kv?.modRevision, create: kv?.createRevision, version: kv?.version }[target] ?? 0;
  switch (result) {
    case 'equal':
      return actual === value;
    case 'notEqual':
      return actual !== value;
    case 'greater':
      return actual > value;
    case 'less':
      return actual < value;
  }
}

function apply(store: MvccStore, lessor: Lessor, op: RequestOp): ResponseOp {
  switch (op.op) {
    case 'range':
      return { op: 'range', ...store.range(op) };
    case 'put': {
      const lease = op.lease ?? '0';
      const prev = store.put(op.key, op.value, lease);
      if (prev) lessor.detach(prev.lease, op.key);
      lessor.attach(lease, op.key);
      return op.prevKv && prev ? { op: 'put', prevKv: prev } : { op: 'put' };
    }
    case 'deleteRange': {
      const gone = store.deleteRange(keyRange(op.key, op.rangeEnd));
      for (const kv of gone) lessor.detach(kv.lease, kv.key);
      return { op: 'deleteRange', deleted: gone.length, prevKvs: op.prevKv ? gone : [] };
    }
  }
}

/** What etcd refuses to look at, in whichever branch it stands. */
function checkTxn({ compare, success, failure }: TxnRequest): void {
  if (Math.max(compare.length, success.length, failure.length) > maxTxnOps) {
    throw new EtcdRequestError('etcdserver: too many operations in txn request');
  }
  for (const part of [compare, success, failure]) for (const { key } of part) checkKey(key);
  let bytes = 0;
  for (const ops of [success, failure]) {
    checkOverlap(ops);
    for (const op of ops) if (op.op === 'put') bytes += op.key.length + op.value.byteLength;
  }
  if (bytes > maxRequestBytes) throw new EtcdRequestError('etcdserver: request is too large');
}

export function checkKey(key: string): void {
  if (key === '') throw new EtcdRequestError('etcdserver: key is not provided');
}

/** A key may be written once, and not deleted as well. */
function checkOverlap(ops: RequestOp[]): void {
  if (ops.length < 2) return;
  const deleted = ops.filter((op) => op.op === 'deleteRange').map((op) => keyRange(op.key, op.rangeEnd));
  const put = new Set<string>();
  for (const op of ops) {
    if (op.op !== 'put') continue;
    if (put.has(op.key) || deleted.some((range) => inRange(range, op.key))) {
      throw new EtcdRequestError('etcdserver: duplicate key given in txn request');
    }
    put.add(op.key);
  }
}
