/**
 * An etcd inside this process: the whole of EtcdClient over data in memory, with a real etcd's revisions, history,
 * transactions, leases and watches. Every call takes effect at once; only its answer is asynchronous.
 *
 * Upstream: go.etcd.io/etcd/etcdserver/apply.go, seen through clientv3. Leaves out the log, the disk and the peers:
 * what it holds is gone with the process.
 */
import type { Clock } from '../../../http/context.ts';
import { EtcdUnavailableError } from '../client.ts';
import type { Caller, EtcdClient, TxnRequest, TxnResponse } from '../client.ts';
import { keyRange } from './key-range.ts';
import { Lessor } from './lessor.ts';
import { MvccStore } from './mvcc-store.ts';
import { applyTxn, checkKey } from './txn.ts';
import { WatchableStore } from './watchable-store.ts';

export function newEmbeddedEtcd(options: { clock?: Clock } = {}): EtcdClient {
  const store = new MvccStore();
  const watchable = new WatchableStore(store);
  const lessor = new Lessor(options.clock ?? Date, revoke);
  let closed = false;

  function txn(request: TxnRequest): TxnResponse {
    const { response, events } = applyTxn(store, lessor, request);
    watchable.notify(events);
    return response;
  }

  function revoke(id: string): void {
    for (const key of lessor.revoke(id)) store.deleteRange(keyRange(key, undefined));
    watchable.notify(store.commit());
  }

  function checkOpen(caller?: Caller): void {
    caller?.throwIfAborted();
    if (closed) throw new EtcdUnavailableError('etcd: the client is closed');
  }

  return {
    supportsWatchProgress: true,
    async range(request, caller) {
      checkOpen(caller);
      checkKey(request.key);
      store.checkRevision(request.revision ?? 0);
      return store.range(request);
    },
    async txn(request, caller) {
      checkOpen(caller);
      return txn(request);
    },
    watch(request) {
      checkOpen();
      return watchable.watch(request);
    },
    async leaseGrant(ttlSeconds) {
      checkOpen();
      return lessor.grant(ttlSeconds);
    },
    async leaseRevoke(id) {
      checkOpen();
      revoke(id);
    },
    async compact(revision) {
      checkOpen();
      store.compact(revision);
    },
    async databaseSize() {
      checkOpen();
      return store.size;
    },
    close() {
      closed = true;
      watchable.close();
      lessor.close();
    },
  };
}
