/**
 * An etcd that the lab can take away and give back. While it is away every call fails as if nobody listened at its
 * address, and watches that ran have lost their connection; what it holds stays as it is. An embedded etcd and a real
 * one are treated alike: it is the connection that is cut. It can be slow, too, as one whose disk is.
 */
import { sleep } from '../../http/sleep.ts';
import { EtcdUnavailableError } from '../../storage/etcd/client.ts';
import type { EtcdClient, EtcdWatch } from '../../storage/etcd/client.ts';

export interface InterruptibleEtcd extends EtcdClient {
  readonly stopped: boolean;
  stop(): void;
  start(): void;
  /** Each transaction takes so many milliseconds before anything comes of it. */
  slow(milliseconds: number): void;
}

/** As grpc-go words it. */
const unavailable = (mayBeDone = false) => new EtcdUnavailableError('rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused"', { mayBeDone });

export function interruptible(etcd: EtcdClient): InterruptibleEtcd {
  let stops = 0;
  let stopped = false;
  let delay = 0;
  const running = new Set<() => void>();

  /** An answer that comes after the cut is not heard. */
  async function connected<T>(call: () => Promise<T>): Promise<T> {
    const before = stops;
    if (stopped) throw unavailable();
    const answer = await call();
    if (stops !== before) throw unavailable(true);
    return answer;
  }

  function watching(watch: EtcdWatch): EtcdWatch {
    let lost = stopped;
    const lose = () => {
      lost = true;
      watch.cancel();
    };
    if (lost) lose();
    else running.add(lose);
    return {
      requestProgress: () => watch.requestProgress(),
      cancel() {
        running.delete(lose);
        watch.cancel();
      },
      async *[Symbol.asyncIterator]() {
        try {
          yield* watch;
          if (lost) throw unavailable();
        } finally {
          running.delete(lose);
        }
      },
    };
  }

  return {
    supportsWatchProgress: etcd.supportsWatchProgress,
    get stopped() {
      return stopped;
    },
    stop() {
      stopped = true;
      stops++;
      for (const lose of running) lose();
      running.clear();
    },
    start: () => void (stopped = false),
    slow: (milliseconds) => void (delay = milliseconds),
    range: (request, caller) => connected(() => etcd.range(request, caller)),
    txn: (request, caller) =>
      connected(async () => {
        if (delay > 0) await sleep(delay, caller?.signal);
        return etcd.txn(request, caller);
      }),
    watch: (request) => watching(etcd.watch(request)),
    leaseGrant: (ttlSeconds) => connected(() => etcd.leaseGrant(ttlSeconds)),
    leaseRevoke: (id) => connected(() => etcd.leaseRevoke(id)),
    compact: (revision) => connected(() => etcd.compact(revision)),
    databaseSize: () => connected(() => etcd.databaseSize()),
    close: () => etcd.close(),
  };
}
