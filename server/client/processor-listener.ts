/**
 * A handler of an informer's events, and the queue in front of it: one that is slow keeps nobody else waiting.
 *
 * Upstream: k8s.io/client-go/tools/cache (processorListener, ResourceEventHandler, synctrack).
 */
import type { Logger } from '../observe/logger.ts';
import type { DeletedFinalStateUnknown } from './the-real-fifo.ts';
import type { Synced } from './shared-informer.ts';

type Done = void | Promise<void>;

/** Events of one object come in their order; the next one comes when the last is handled. */
export interface ResourceEventHandler<T> {
  onAdd?(obj: T, isInInitialList: boolean): Done;
  onUpdate?(old: T, obj: T): Done;
  onDelete?(obj: T | DeletedFinalStateUnknown<T>): Done;
}

export type Notification<T> = { type: 'add'; obj: T; isInInitialList: boolean } | { type: 'update'; old: T; obj: T } | { type: 'delete'; obj: T | DeletedFinalStateUnknown<T> };

export interface ProcessorListener<T> {
  add(notification: Notification<T>): void;
  /** Whether a resync is due for this handler; it is then one of those that are told. */
  shouldResync(now: number): boolean;
  isSyncing(): boolean;
  stop(): void;
  readonly registration: Synced;
}

export interface ProcessorListenerOptions {
  log: Logger;
  /** What is listened to. */
  name: string;
  informer: Synced;
  /** Milliseconds; 0 for never. */
  resyncPeriod: number;
  now: number;
}

export function newProcessorListener<T>(handler: ResourceEventHandler<T>, { log, name, informer, resyncPeriod, now }: ProcessorListenerOptions): ProcessorListener<T> {
  let pending: Notification<T>[] = [];
  let draining = false;
  let stopped = false;
  /** Events of the first state that wait or are being handled. */
  let initial = 0;
  let syncing = false;
  let nextResync = now + resyncPeriod;
  const { promise: synced, resolve: nowSynced } = Promise.withResolvers<void>();

  const hasSynced = () => informer.hasSynced() && initial === 0;
  const checkSynced = () => {
    if (hasSynced()) nowSynced();
  };
  // an event may be on its way here when the informer has handed over its last
  void informer.synced.then(checkSynced);

  async function drain(): Promise<void> {
    draining = true;
    // never in the call that brought the event
    await Promise.resolve();
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      for (const notification of batch) {
        if (stopped) return;
        await deliver(notification);
        if (notification.type !== 'add' || !notification.isInInitialList) continue;
        initial--;
        checkSynced();
      }
    }
    draining = false;
  }

  async function deliver(notification: Notification<T>): Promise<void> {
    try {
      if (notification.type === 'add') await handler.onAdd?.(notification.obj, notification.isInInitialList);
      else if (notification.type === 'update') await handler.onUpdate?.(notification.old, notification.obj);
      else await handler.onDelete?.(notification.obj);
    } catch (err) {
      log.error(err, 'a handler of events failed', { name });
    }
  }

  return {
    registration: { hasSynced, synced },
    add(notification) {
      if (stopped) return;
      if (notification.type === 'add' && notification.isInInitialList) initial++;
      pending.push(notification);
      if (!draining) void drain();
    },
    shouldResync(time) {
      syncing = resyncPeriod > 0 && time >= nextResync;
      if (syncing) nextResync = time + resyncPeriod;
      return syncing;
    },
    isSyncing: () => syncing,
    stop() {
      stopped = true;
      pending = [];
    },
  };
}
