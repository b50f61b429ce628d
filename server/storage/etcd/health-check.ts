/**
 * Whether etcd answers, for `/livez` and `/readyz`. However often it is asked, etcd is asked twice in the time that it is
 * given; who comes in between hears what the last one hears.
 *
 * Upstream: newETCD3Check in k8s.io/apiserver/pkg/storage/storagebackend/factory/etcd3.go.
 */
import { Cancellation } from '../../http/cancellation.ts';
import type { Clock } from '../../http/context.ts';
import type { EtcdClient } from './client.ts';

export interface EtcdCheckOptions {
  etcd: Pick<EtcdClient, 'range'>;
  etcdPrefix: string;
  clock: Clock;
}

/** `timeout` in milliseconds. What it makes rejects where etcd does not answer in time. */
export function newEtcdCheck({ etcd, etcdPrefix, clock }: EtcdCheckOptions, timeout: number): () => Promise<void> {
  let last: { at: number; answer: Promise<void> } | undefined;

  async function probe(): Promise<void> {
    const caller = new Cancellation();
    const timer = setTimeout(() => caller.abort(new Error('context deadline exceeded')), timeout);
    try {
      await etcd.range({ key: `${etcdPrefix}/health` }, caller);
    } catch (err) {
      throw new Error(`error getting data from etcd: ${err instanceof Error ? err.message : String(err)}`, { cause: err });
    } finally {
      clearTimeout(timer);
    }
  }

  return () => {
    const now = clock.now();
    if (!last || now - last.at >= timeout / 2) last = { at: now, answer: probe() };
    return last.answer;
  };
}
