/**
 * Follows everything that a stage keeps in etcd, for the page's view of the store: what is there, then each change.
 *
 * Upstream: `etcdctl get --prefix` and `etcdctl watch --prefix`.
 */
import { base64 } from '../../apimachinery/base64.ts';
import { sleep } from '../../http/sleep.ts';
import { prefixRangeEnd } from '../../storage/etcd/client.ts';
import type { EtcdClient, EtcdEvent, KeyValue } from '../../storage/etcd/client.ts';
import type { LabMessage, LabStoreEvent } from './messages.ts';

export type StoreMessage = Extract<LabMessage, { type: 'store' }>;

export interface StoreViewOptions {
  stage: string;
  etcd: EtcdClient;
  /** Every key of the stage starts with it. */
  prefix: string;
  /** The object that stored bytes hold, or a promise of it; undefined where they hold none. */
  decode(value: Uint8Array): unknown;
  /** Milliseconds to wait before a lost watch is started anew. */
  retryAfter?: number;
}

/** Emits until `signal` is aborted; resolves then. A watch that is lost or compacted away starts over with a reset. */
export async function followStore(options: StoreViewOptions, emit: (message: StoreMessage) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await followOnce(options, emit, signal).catch(() => undefined);
    await sleep(options.retryAfter ?? 1000, signal);
  }
}

async function followOnce({ stage, etcd, prefix, decode }: StoreViewOptions, emit: (message: StoreMessage) => void, signal: AbortSignal): Promise<void> {
  const key = prefix.endsWith('/') ? prefix : `${prefix}/`;
  const rangeEnd = prefixRangeEnd(key);
  const { revision, kvs } = await etcd.range({ key, rangeEnd }, { signal, throwIfAborted: () => signal.throwIfAborted() });
  const all = await Promise.all(kvs.map((kv) => storeEvent('put', kv, decode)));
  if (signal.aborted) return;
  emit({ type: 'store', stage, revision, reset: true, events: all });
  const watch = etcd.watch({ key, rangeEnd, startRevision: revision + 1 });
  const cancel = () => watch.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for await (const response of watch) {
      if (response.compactRevision !== undefined) return;
      const events = await Promise.all(response.events.map((e: EtcdEvent) => storeEvent(e.type, e.kv, decode)));
      if (events.length > 0 && !signal.aborted) emit({ type: 'store', stage, revision: response.revision, events });
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    watch.cancel();
  }
}

async function storeEvent(type: EtcdEvent['type'], kv: KeyValue, decode: StoreViewOptions['decode']): Promise<LabStoreEvent> {
  const { key, createRevision, modRevision, version } = kv;
  const json = type === 'put' ? await decode(kv.value) : undefined;
  return { type, key, createRevision, modRevision, version, value: base64(kv.value), ...(json !== undefined && { json }) };
}

/** Stored JSON; other encodings begin with other bytes. */
export function decodeJSON(value: Uint8Array): unknown {
  if (value[0] !== 0x7b) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(value));
  } catch {
    return undefined;
  }
}
