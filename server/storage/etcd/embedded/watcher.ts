/**
 * One watch: a bounded queue of responses that its consumer takes from. One that starts in the past, or whose consumer
 * fell behind, reads the log instead until it has caught up.
 *
 * Upstream: the watcher of go.etcd.io/etcd/mvcc/watcher_group.go and watchable_store.go (synced, unsynced, victims).
 */
import type { EtcdEvent, EtcdWatch, WatchRequest, WatchResponse } from '../client.ts';
import { inRange, keyRange } from './key-range.ts';
import type { KeyRange } from './key-range.ts';
import type { MvccStore } from './mvcc-store.ts';

const maxQueued = 1024;
const maxBatch = 1000;

export class Watcher implements EtcdWatch {
  readonly range: KeyRange;
  readonly progressNotify: boolean;
  private readonly store: MvccStore;
  private readonly prevKv: boolean;
  private readonly onEnd: (watcher: Watcher) => void;
  private queue: WatchResponse[] = [];
  /** The first revision that has neither been queued nor read from the log. */
  private nextRevision: number;
  private behind: boolean;
  private progressRequested = false;
  private idle = false;
  private ended = false;
  private wake: (() => void) | undefined;

  constructor(store: MvccStore, request: WatchRequest, onEnd: (watcher: Watcher) => void) {
    this.store = store;
    this.range = keyRange(request.key, request.rangeEnd);
    this.prevKv = request.prevKv ?? false;
    this.progressNotify = request.progressNotify ?? false;
    this.onEnd = onEnd;
    this.nextRevision = request.startRevision || store.revision + 1;
    this.behind = this.nextRevision <= store.revision;
    this.push({ revision: store.revision, events: [] });
  }

  /** Takes the changes in its range that one transaction made. */
  notify(revision: number, events: EtcdEvent[]): void {
    if (this.behind || revision < this.nextRevision) return;
    if (this.queue.length >= maxQueued) {
      this.behind = true;
      this.nextRevision = revision;
      return;
    }
    this.nextRevision = revision + 1;
    this.push({ revision, events: this.prevKv ? events : events.map(withoutPrevKv) });
  }

  requestProgress(): void {
    if (this.behind) this.progressRequested = true;
    else this.push({ revision: this.store.revision, events: [] });
  }

  /** Called at intervals: says how far the watch is, if nothing was said since the last call. */
  notifyProgress(): void {
    if (this.idle && !this.behind) this.push({ revision: this.store.revision, events: [] });
    this.idle = true;
  }

  cancel(): void {
    if (this.ended) return;
    this.queue = [];
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchResponse, void> {
    try {
      for (;;) {
        const response = this.queue.shift() ?? (this.behind && !this.ended ? this.catchUp() : undefined);
        if (response) yield response;
        else if (this.ended) return;
        else if (this.queue.length === 0 && !this.behind) await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      this.cancel();
    }
  }

  /** The next part of the log; nothing if it held nothing for this watch. */
  private catchUp(): WatchResponse | undefined {
    const { store, nextRevision } = this;
    if (nextRevision < store.compactRevision) {
      this.end();
      return { revision: store.revision, events: [], compactRevision: store.compactRevision };
    }
    const events: EtcdEvent[] = [];
    let i = store.logIndex(nextRevision);
    for (; i < store.log.length; i++) {
      const event = store.log[i]!;
      if (events.length >= maxBatch && event.kv.modRevision !== store.log[i - 1]?.kv.modRevision) break;
      if (inRange(this.range, event.kv.key)) events.push(this.prevKv ? event : withoutPrevKv(event));
    }
    const rest = store.log[i];
    this.behind = rest !== undefined;
    this.nextRevision = rest ? rest.kv.modRevision : store.revision + 1;
    if (!this.behind && this.progressRequested) {
      this.progressRequested = false;
      this.push({ revision: store.revision, events: [] });
    }
    return events.length > 0 ? { revision: this.nextRevision - 1, events } : undefined;
  }

  private push(response: WatchResponse): void {
    if (this.ended) return;
    this.idle = false;
    this.queue.push(response);
    this.wake?.();
  }

  private end(): void {
    this.ended = true;
    this.wake?.();
    this.onEnd(this);
  }
}

function withoutPrevKv({ type, kv }: EtcdEvent): EtcdEvent {
  return { type, kv };
}
