/**
 * Tells watches what transactions changed: one response per transaction and watch, whatever the number of keys.
 *
 * Upstream: go.etcd.io/etcd/mvcc/{watchable_store,watchable_store_txn}.go and the progress ticker of
 * etcdserver/api/v3rpc/watch.go.
 */
import { EtcdRequestError } from '../client.ts';
import type { EtcdEvent, EtcdWatch, WatchRequest } from '../client.ts';
import type { MvccStore } from './mvcc-store.ts';
import { WatcherGroup } from './watcher-group.ts';
import { Watcher } from './watcher.ts';

/** What Kubernetes sets etcd's `--experimental-watch-progress-notify-interval` to. */
const progressNotifyInterval = 5_000;

export class WatchableStore {
  private readonly store: MvccStore;
  private readonly watchers = new WatcherGroup();
  private readonly withProgress = new Set<Watcher>();
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(store: MvccStore) {
    this.store = store;
  }

  watch(request: WatchRequest): EtcdWatch {
    const watcher = new Watcher(this.store, { ...request, key: request.key || '\0' }, (ended) => this.forget(ended));
    const { from, end } = watcher.range;
    if (end !== undefined && from >= end) throw new EtcdRequestError('watch: the range is empty');
    this.watchers.add(watcher);
    if (watcher.progressNotify) {
      this.withProgress.add(watcher);
      this.timer ??= setInterval(() => {
        for (const each of this.withProgress) each.notifyProgress();
      }, progressNotifyInterval);
    }
    return watcher;
  }

  notify(events: EtcdEvent[]): void {
    const { revision } = this.store;
    const [only] = events;
    if (!only) return;
    if (events.length === 1) {
      for (const watcher of this.watchers.matching(only.kv.key)) watcher.notify(revision, events);
      return;
    }
    const perWatcher = new Map<Watcher, EtcdEvent[]>();
    for (const event of events) {
      for (const watcher of this.watchers.matching(event.kv.key)) {
        const own = perWatcher.get(watcher);
        if (own) own.push(event);
        else perWatcher.set(watcher, [event]);
      }
    }
    for (const [watcher, own] of perWatcher) watcher.notify(revision, own);
  }

  close(): void {
    for (const watcher of [...this.watchers]) watcher.cancel();
  }

  private forget(watcher: Watcher): void {
    this.watchers.delete(watcher);
    this.withProgress.delete(watcher);
    if (this.withProgress.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
