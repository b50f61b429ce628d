/**
 * A watch on etcd itself: its events decoded, selected, and told as ADDED, MODIFIED and DELETED. One event is made at a
 * time, when the consumer asks for it; what waits, waits in the etcd client. It outlives connections: there that is the
 * etcd client's work.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/watcher.go. Leaves out concurrent decoding.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { RequestContext } from '../../http/context.ts';
import { sleep } from '../../http/sleep.ts';
import { newTooLargeResourceVersion } from '../../http/status.ts';
import { errorEvent } from '../errors.ts';
import { bookmarkEvent, initialEventsEndBookmark } from '../initial-events.ts';
import type { ListOptions, SelectionPredicate, Watch, WatchEvent } from '../interfaces.ts';
import { isRecursive } from '../list-options.ts';
import { matches, predicateEmpty } from '../selection-predicate.ts';
import { kvRange } from './rpc.ts';
import type { EtcdClient, EtcdEvent, EtcdWatch, KeyValue } from './client.ts';
import { CompactedError, EtcdUnavailableError, prefixRangeEnd } from './client.ts';
import { interpretListError, interpretWatchError } from './errors.ts';
import type { DecodeOnce } from './decode-once.ts';
import type { StoredForm } from './object-state.ts';
import type { EtcdStoreMetrics } from './metrics.ts';
import type { ResourceSizeEstimator } from './stats.ts';
import { decodeKeyValue } from './object-state.ts';

interface WatchChanOptions {
  client: EtcdClient;
  stored: StoredForm;
  decodeOnce: DecodeOnce;
  sizes: ResourceSizeEstimator;
  metrics: EtcdStoreMetrics;
  newFunc(): KubeObject;
  getCurrentResourceVersion(): Promise<number>;
  key: string;
  /** Events after this one; 0 when the request names none. */
  revision: number;
  options: ListOptions;
}

const pageSize = 10_000;
/** So that a connection which is lost as soon as it is there keeps nobody busy. */
const resumeDelay = 100;

export function newWatchChan(ctx: RequestContext, w: WatchChanOptions): Watch {
  const { sendInitialEvents } = w.options;
  const { predicate } = w.options;
  const range = isRecursive(w.key) ? { rangeEnd: prefixRangeEnd(w.key) } : {};
  let etcdWatch: EtcdWatch | undefined;
  let stopped = ctx.signal.aborted;

  function stop(): void {
    stopped = true;
    etcdWatch?.cancel();
    ctx.signal.removeEventListener('abort', stop);
  }
  ctx.signal.addEventListener('abort', stop, { once: true });

  async function* initialEvents(): AsyncGenerator<WatchEvent, number> {
    if (w.revision > 0) {
      const current = await w.getCurrentResourceVersion();
      if (w.revision > current) throw newTooLargeResourceVersion(w.revision, current, 1);
    }
    let from = w.key;
    let revision = 0;
    for (;;) {
      const page = await w.metrics.request(isRecursive(w.key) ? 'list' : 'get', () => kvRange(ctx, w.client, { key: from, ...range, limit: pageSize, revision })).catch((err: unknown) => {
        throw interpretListError(err, from, w.key);
      });
      revision ||= page.revision;
      for (const kv of page.kvs) {
        const object = decodeKeyValue(w.stored, kv);
        if (matches(predicate, object)) yield { type: 'ADDED', object };
      }
      const last = page.kvs.at(-1);
      if (!page.more || !last) return revision;
      from = `${last.key}\0`;
    }
  }

  /** Goes on where it was when the connection is lost, and there is another. */
  async function* resumed(after: number): AsyncGenerator<WatchEvent, void> {
    for (let seen = after; !stopped; await sleep(resumeDelay, ctx.signal)) {
      try {
        return yield* changes(seen, (revision) => (seen = revision));
      } catch (err) {
        if (!(err instanceof EtcdUnavailableError)) throw err;
      }
    }
  }

  async function* changes(after: number, onSeen: (revision: number) => void): AsyncGenerator<WatchEvent, void> {
    const { progressNotify = false } = w.options;
    etcdWatch = w.client.watch({ key: w.key, ...range, startRevision: after + 1, prevKv: true, progressNotify });
    let created = false;
    for await (const { events, revision, compactRevision } of etcdWatch) {
      if (compactRevision !== undefined) throw new CompactedError();
      if (events.length > 0) w.metrics.events.inc(events.length);
      else if (created) w.metrics.bookmarks.inc();
      for (const e of events) {
        if (e.type === 'put') w.sizes.update(e.kv);
        else w.sizes.delete(e.kv.key);
        const event = transform(w, predicate, e);
        if (event) yield event;
      }
      // the response that opens the watch tells the store's revision, not how far the watch is
      if (events.length === 0 && created && progressNotify) yield bookmarkEvent(w.newFunc(), revision);
      if (created) onSeen(revision);
      created = true;
    }
  }

  async function* run(): AsyncGenerator<WatchEvent> {
    try {
      let { revision } = w;
      if (sendInitialEvents ?? revision === 0) {
        revision = yield* initialEvents();
        if (sendInitialEvents && predicate.allowWatchBookmarks) yield initialEventsEndBookmark(w.newFunc(), revision);
      } else if (revision === 0) {
        revision = await w.getCurrentResourceVersion();
      }
      if (!stopped) yield* resumed(revision);
    } catch (err) {
      if (!stopped) yield errorEvent(interpretWatchError(err));
    } finally {
      stop();
    }
  }

  const events = run();
  return { stop, requestProgress: () => etcdWatch?.requestProgress(), [Symbol.asyncIterator]: () => events };
}

/** What a change looks like to one who sees only selected objects; undefined when there is nothing to see. */
function transform({ stored, decodeOnce }: WatchChanOptions, predicate: SelectionPredicate, { type, kv, prevKv }: EtcdEvent): WatchEvent | undefined {
  const isCreate = type === 'put' && kv.createRevision === kv.modRevision;
  if (!isCreate && !prevKv) throw new Error(`etcd event received with PrevKv=nil (key="${kv.key}", modRevision=${kv.modRevision}, type=${type.toUpperCase()})`);
  const current = type === 'put' ? decodeOnce.decodeAt(kv.key, kv.modRevision, () => decodeKeyValue(stored, kv)) : undefined;
  if (current && (isCreate || predicateEmpty(predicate))) {
    return matches(predicate, current) ? { type: isCreate ? 'ADDED' : 'MODIFIED', object: current } : undefined;
  }
  // the old object, but with the revision at which it went
  const previous = decodeKeyValue(stored, prevKv as KeyValue, kv.modRevision);
  const was = matches(predicate, previous);
  if (current && matches(predicate, current)) return { type: was ? 'MODIFIED' : 'ADDED', object: current };
  return was ? { type: 'DELETED', object: previous } : undefined;
}
