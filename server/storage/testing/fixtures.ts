/** What tests of storage share: a kind, a codec, contexts, and ways to read a watch. */
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { parseFieldSelector } from '../../apimachinery/fields.ts';
import { newLabelSelector } from '../../apimachinery/labels.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { Cancellation } from '../../http/cancellation.ts';
import { RequestContext } from '../../http/context.ts';
import type { EtcdClient } from '../etcd/client.ts';
import { Compactor } from '../etcd/compact.ts';
import type { EtcdStoreOptions } from '../etcd/store.ts';
import type { ListOptions, SelectionPredicate, Watch, WatchEvent } from '../interfaces.ts';
import { everything } from '../selection-predicate.ts';

export const pods = { group: '', resource: 'pods' };

export const newPod = (): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: {} });

export function pod(name: string, extra: { namespace?: string; labels?: Record<string, string>; n?: number } = {}): KubeObject {
  const { namespace = 'default', labels, n } = extra;
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, uid: `uid-${name}`, ...(labels && { labels }) }, ...(n !== undefined && { n }) };
}

export const keyOf = ({ metadata }: KubeObject) => `/pods/${metadata.namespace}/${metadata.name}`;

export const jsonCodec: EtcdStoreOptions['codec'] = {
  encode: (obj) => new TextEncoder().encode(JSON.stringify(obj)),
  decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
};

export const storeOptions = { codec: jsonCodec, pathPrefix: '/registry', groupResource: pods, newFunc: newPod };

/** What follows the compactions of others, and how to end it. */
export function startCompactor(etcd: EtcdClient): { compactor: Compactor; stop(): void } {
  const stopped = new AbortController();
  const compactor = new Compactor({ etcd, etcdCompactionInterval: 0, log: { info: () => undefined, error: () => undefined } });
  compactor.run(stopped.signal);
  return { compactor, stop: () => stopped.abort() };
}

export function newContext(done = new Cancellation()): RequestContext {
  return new RequestContext(done, trace.getTracer('test'), trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
}

export const getAttrs: SelectionPredicate['getAttrs'] = ({ metadata }) => ({
  labels: metadata.labels ?? {},
  fields: { 'metadata.name': metadata.name ?? '', 'metadata.namespace': metadata.namespace ?? '' },
});

interface Wanted extends Partial<Omit<ListOptions, 'predicate'>> {
  labels?: Record<string, string>;
  fields?: string;
  limit?: number;
  continue?: string;
  bookmarks?: boolean;
}

export function options({ labels = {}, fields = '', limit = 0, continue: token = '', bookmarks = false, ...rest }: Wanted = {}): ListOptions {
  const label = newLabelSelector(Object.entries(labels).map(([key, value]) => ({ key, operator: '=', values: [value] })));
  const predicate = { ...everything, label, field: parseFieldSelector(fields), getAttrs, limit, continue: token, allowWatchBookmarks: bookmarks };
  return { resourceVersion: '', resourceVersionMatch: '', ...rest, predicate };
}

/** The next `n` events; fewer if the watch ends before. */
export async function take(watch: Watch, n: number): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  const iterator = watch[Symbol.asyncIterator]();
  while (events.length < n) {
    const next = await iterator.next();
    if (next.done) break;
    events.push(next.value);
  }
  return events;
}

/** `ADDED a 12`: what a test wants to know of an event. */
export const brief = ({ type, object }: WatchEvent) => `${type} ${object.metadata.name ?? ''} ${object.metadata.resourceVersion ?? ''}`.replace('  ', ' ');

export const names = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata.name);

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

/** The answer that `attempt` is refused with. */
export async function refusal(attempt: Promise<unknown>): Promise<{ code?: number; reason?: string; message?: string; metadata?: object }> {
  try {
    await attempt;
  } catch (err) {
    if (err instanceof Error && 'status' in err) return err.status as object;
    throw err;
  }
  throw new Error('it was not refused');
}
