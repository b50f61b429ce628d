/**
 * One copy of a resource's objects for everybody in a process who wants to know them, and a queue of events for each.
 *
 * Upstream: k8s.io/client-go/tools/cache/shared_informer.go and controller.go.
 */
import type { KubeObject } from '../apimachinery/types.ts';
import type { Logger } from '../observe/logger.ts';
import type { WithDelayedExecution } from './clock.ts';
import { processDelta } from './process-deltas.ts';
import type { DeltaHandler } from './process-deltas.ts';
import { newProcessorListener } from './processor-listener.ts';
import type { Notification, ProcessorListener, ResourceEventHandler } from './processor-listener.ts';
import { newReflector } from './reflector.ts';
import type { ListerWatcher } from './reflector.ts';
import type { Indexer, Indexers } from './store.ts';
import { metaNamespaceKeyFunc, newIndexer } from './store.ts';
import { newRealFIFO } from './the-real-fifo.ts';
import type { Delta } from './the-real-fifo.ts';

/** Something that is in step with the server at some point. */
export interface Synced {
  hasSynced(): boolean;
  /** Resolves when it has. */
  readonly synced: Promise<void>;
}

export interface SharedIndexInformer<T extends KubeObject> extends Synced {
  /** Whoever comes late is told of everything that is there. What it answers has synced when the handler has been told the first state. */
  addEventHandler(handler: ResourceEventHandler<T>, options?: { resyncPeriod?: number }): Synced;
  removeEventHandler(registration: Synced): void;
  getIndexer(): Indexer<T>;
  addIndexers(indexers: Indexers<T>): void;
  /** Resolves when it was told to stop; it runs once. */
  run(signal: AbortSignal): Promise<void>;
  lastSyncResourceVersion(): string;
  isStopped(): boolean;
}

export interface SharedInformerOptions<T> {
  name: string;
  clock: WithDelayedExecution;
  log: Logger;
  random?: () => number;
  indexers?: Indexers<T>;
  /** What is done to each object before it is kept; it may lose what nobody reads. */
  transform?(obj: T): T;
  useWatchList?: boolean;
  /** Milliseconds between two resyncs of handlers that name none of their own; 0 for none. */
  resyncPeriod?: number;
}

/** Milliseconds. */
const MINIMUM_RESYNC_PERIOD = 1000;

export function newSharedIndexInformer<T extends KubeObject>(listerWatcher: ListerWatcher<T>, options: SharedInformerOptions<T>): SharedIndexInformer<T> {
  const { name, clock, log, random, transform, useWatchList, resyncPeriod = 0 } = options;
  const indexer = newIndexer<T>(metaNamespaceKeyFunc, options.indexers ?? {});
  const fifo = newRealFIFO<T>(transform ? { transformer: transform } : {});
  const listeners = new Map<Synced, ProcessorListener<T>>();
  const { promise: synced, resolve: nowSynced } = Promise.withResolvers<void>();
  let state: 'new' | 'running' | 'stopped' = 'new';
  let resyncCheckPeriod = resyncPeriod;
  let lastSyncResourceVersion = () => '';

  function shouldResync(): boolean {
    const now = clock.now();
    return [...listeners.values()].map((listener) => listener.shouldResync(now)).includes(true);
  }

  function distribute(notification: Notification<T>, isSync = false): void {
    for (const listener of listeners.values()) if (!isSync || listener.isSyncing()) listener.add(notification);
  }

  const tellAll: DeltaHandler<T> = {
    onAdd: (obj, isInInitialList) => distribute({ type: 'add', obj, isInInitialList }),
    // what has not changed is told to those only whose time has come for it
    onUpdate: (old, obj) => distribute({ type: 'update', old, obj }, old.metadata.resourceVersion === obj.metadata.resourceVersion),
    onDelete: (obj) => distribute({ type: 'delete', obj }),
  };

  function handleDeltas(delta: Delta<T>, isInInitialList: boolean): void {
    processDelta(tellAll, indexer, delta, isInInitialList);
  }

  function checkSynced(): void {
    if (fifo.hasSynced()) nowSynced();
  }

  return {
    synced,
    hasSynced: () => fifo.hasSynced(),
    lastSyncResourceVersion: () => lastSyncResourceVersion(),
    isStopped: () => state === 'stopped',
    getIndexer: () => indexer,
    addIndexers: (indexers) => indexer.addIndexers(indexers),
    addEventHandler(handler, { resyncPeriod: wanted = resyncPeriod } = {}) {
      if (state === 'stopped') throw new Error(`handler was not added to shared informer ${name} because it has stopped already`);
      const desired = wanted > 0 ? Math.max(wanted, MINIMUM_RESYNC_PERIOD) : 0;
      // one that is running looks as often as it looked before, and one that never looks has nothing to tell again
      if (state === 'new' && desired > 0) resyncCheckPeriod = Math.min(desired, resyncCheckPeriod);
      const period = desired === 0 || resyncCheckPeriod === 0 ? 0 : Math.max(desired, resyncCheckPeriod);
      const listener = newProcessorListener(handler, { log, name, informer: { synced, hasSynced: () => fifo.hasSynced() }, resyncPeriod: period, now: clock.now() });
      for (const obj of indexer.list()) listener.add({ type: 'add', obj, isInInitialList: true });
      listeners.set(listener.registration, listener);
      return listener.registration;
    },
    removeEventHandler(registration) {
      listeners.get(registration)?.stop();
      listeners.delete(registration);
    },
    async run(signal) {
      if (state !== 'new') return;
      state = 'running';
      const reflector = newReflector(listerWatcher, fifo, { name, clock, log, resyncCheckPeriod, shouldResync, ...(random && { random }), ...(useWatchList !== undefined && { useWatchList }) });
      lastSyncResourceVersion = reflector.lastSyncResourceVersion;
      const running = reflector.run(signal);
      signal.addEventListener('abort', () => fifo.close());
      if (signal.aborted) fifo.close();
      while (await fifo.pop(handleDeltas)) checkSynced();
      await running;
      state = 'stopped';
      for (const listener of listeners.values()) listener.stop();
    },
  };
}

/** Resolves to whether all of them are in step; they are not if the signal is aborted before. */
export async function waitForCacheSync(signal: AbortSignal, ...all: Synced[]): Promise<boolean> {
  if (signal.aborted) return false;
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const listener = () => resolve();
  signal.addEventListener('abort', listener);
  await Promise.race([aborted, Promise.all(all.map(({ synced }) => synced))]);
  signal.removeEventListener('abort', listener);
  return !signal.aborted;
}
