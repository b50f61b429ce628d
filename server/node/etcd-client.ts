/**
 * A real etcd over gRPC.
 *
 * Upstream: go.etcd.io/etcd/client/v3, as k8s.io/apiserver/pkg/storage/storagebackend/factory/etcd3.go sets it up.
 * It is @grpc/grpc-js with the protocol files that etcd3 ships, not etcd3's own client: that one's circuit breaker
 * refuses everything for seconds after a restart of etcd, it answers reads at little more than half the rate, and its
 * watcher hangs on compaction. Leaves out etcd's own authentication; TLS client certificates do.
 */
import { EtcdUnavailableError } from '../storage/etcd/client.ts';
import type { EtcdClient, EtcdWatch } from '../storage/etcd/client.ts';
import { newEtcdConnection } from './etcd/connection.ts';
import type { EtcdConnection, EtcdConnectionOptions } from './etcd/connection.ts';
import { decodeRange, decodeResponseOp, encodeCompare, encodeRange, encodeRequestOp } from './etcd/messages.ts';
import { loadEtcdMethods } from './etcd/protocol.ts';
import type { EtcdMethods } from './etcd/protocol.ts';
import { newGrpcWatch } from './etcd/watch.ts';

export interface EtcdClientOptions extends EtcdConnectionOptions {
  /** Milliseconds that etcd has to answer for the first time. */
  dialTimeout?: number;
}

/** Throws an EtcdUnavailableError that names the endpoints when none of them answers. */
export async function connectEtcd({ dialTimeout = 20_000, ...options }: EtcdClientOptions): Promise<EtcdClient> {
  const methods = loadEtcdMethods();
  const connection = newEtcdConnection(options);
  const watches = new Set<EtcdWatch>();
  const version = await serverVersion(connection, methods, dialTimeout).catch(async (err: unknown) => {
    const why = await connection.probe(methods.status);
    connection.close();
    throw new EtcdUnavailableError(`etcd cannot be reached at ${options.endpoints.join(', ')}: ${why}`, { cause: err });
  });

  return {
    supportsWatchProgress: progressIsOrdered(version),
    async range(request, caller) {
      return decodeRange(await connection.call(methods.range, encodeRange(request), { ...(caller && { signal: caller.signal }), repeatable: true }));
    },
    async txn({ compare, success, failure }, caller) {
      const request = {
        compare: compare.map(encodeCompare),
        success: success.map(encodeRequestOp),
        failure: failure.map(encodeRequestOp),
      };
      const { header, succeeded, responses } = await connection.call(methods.txn, request, caller ? { signal: caller.signal } : {});
      return { revision: header.revision.toNumber(), succeeded, responses: responses.map(decodeResponseOp) };
    },
    watch(request) {
      const watch = newGrpcWatch(connection, methods.watch, request, (ended) => watches.delete(ended));
      watches.add(watch);
      return watch;
    },
    async leaseGrant(ttlSeconds) {
      const { ID } = await connection.call(methods.leaseGrant, { TTL: ttlSeconds }, {});
      return ID.toString();
    },
    async leaseRevoke(id) {
      await connection.call(methods.leaseRevoke, { ID: id }, {});
    },
    async compact(revision) {
      await connection.call(methods.compact, { revision }, {});
    },
    async databaseSize() {
      return (await connection.call(methods.status, {}, { repeatable: true })).dbSize.toNumber();
    },
    close() {
      for (const watch of watches) watch.cancel();
      connection.close();
    },
  };
}

async function serverVersion(connection: EtcdConnection, methods: EtcdMethods, timeout: number): Promise<string> {
  const signal = AbortSignal.timeout(timeout);
  for (const deadline = Date.now() + timeout; ; ) {
    await connection.ready(deadline - Date.now());
    try {
      return (await connection.call(methods.status, {}, { signal, repeatable: true })).version;
    } catch (err) {
      // it went away again
      if (!(err instanceof EtcdUnavailableError)) throw err;
    }
  }
}

/** etcd's issue 15220, mended in 3.4.25 and 3.5.8. */
function progressIsOrdered(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major !== 3) return major > 3;
  if (minor === 4) return patch >= 25;
  if (minor === 5) return patch >= 8;
  return minor > 5;
}
