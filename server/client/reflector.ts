/**
 * Keeps a store in step with a server: lists once, then watches from the version of the list, for as long as that goes.
 *
 * Upstream: k8s.io/client-go/tools/cache/reflector.go.
 */
import type { KubeList, KubeObject } from '../apimachinery/types.ts';
import type { Logger } from '../observe/logger.ts';
import type { BackoffManager } from './backoff.ts';
import { newExponentialBackoffManager } from './backoff.ts';
import type { WithDelayedExecution } from './clock.ts';
import { sleep } from './clock.ts';
import type { ReflectorStore } from './the-real-fifo.ts';
import { UnreachableError, isExpired, isTooLargeResourceVersion, isTooManyRequests } from './errors.ts';
import { listPages } from './pager.ts';
import type { ListOptions, WatchOptions } from './rest-client.ts';
import { metaNamespaceKeyFunc, newStore } from './store.ts';
import type { Watch } from './watch.ts';
import { handleWatch } from './watch-handler.ts';

export interface ListerWatcher<T extends KubeObject> {
  list(options: ListOptions, signal: AbortSignal): Promise<KubeList<T>>;
  watch(options: WatchOptions, signal: AbortSignal): Promise<Watch<T>>;
}

export interface ReflectorOptions {
  /** What it follows, for its log. */
  name: string;
  clock: WithDelayedExecution;
  log: Logger;
  random?: () => number;
  /** Whether the first state may come as a watch's first events; yes, where nothing is said. */
  useWatchList?: boolean;
  /** Milliseconds between two looks at whether a resync is due; 0 for never. */
  resyncCheckPeriod?: number;
  shouldResync?(): boolean;
  pageSize?: number;
}

export interface Reflector {
  run(signal: AbortSignal): Promise<void>;
  lastSyncResourceVersion(): string;
}

const MIN_WATCH_TIMEOUT_SECONDS = 5 * 60;

export function newReflector<T extends KubeObject>(listerWatcher: ListerWatcher<T>, store: ReflectorStore<T>, options: ReflectorOptions): Reflector {
  const { name, clock, log, random = Math.random, resyncCheckPeriod = 0, shouldResync = () => true } = options;
  const backoff: BackoffManager = newExponentialBackoffManager({ initial: 800, max: 30_000, reset: 120_000, factor: 2, jitter: 1, clock, random });
  const { useWatchList = true } = options;
  let lastSyncResourceVersion = '';
  /** The server does not have that version (any more, or yet). */
  let isUnavailable = false;
  let paginatedResult = false;

  return {
    lastSyncResourceVersion: () => lastSyncResourceVersion,
    async run(signal) {
      while (!signal.aborted) {
        await listAndWatch(signal).catch((err: unknown) => {
          if (!signal.aborted) log.error(err, 'failed to list or watch', { name });
        });
        await sleep(clock, backoff.next(), signal);
      }
    },
  };

  async function listAndWatch(signal: AbortSignal): Promise<void> {
    let watch: Watch<T> | undefined;
    if (useWatchList) {
      try {
        watch = await watchList(signal);
      } catch (err) {
        if (!signal.aborted) log.info('the state did not come as events: it is listed', { name, why: err instanceof Error ? err.message : String(err) });
      }
    }
    if (signal.aborted) return;
    if (!watch) await list(signal);
    const stopResync = startResync();
    try {
      await watchOn(watch, signal);
    } finally {
      stopResync();
    }
  }

  /** The first list may be an old one; those after it must not be older than what is known, if that can be had. */
  function relistResourceVersion(): string {
    if (isUnavailable) return '';
    return lastSyncResourceVersion === '' ? '0' : lastSyncResourceVersion;
  }

  async function list(signal: AbortSignal): Promise<void> {
    const fetch = (resourceVersion: string) => {
      // a cache answers in one piece, unless it showed that it does not
      const pageSize = options.pageSize ?? (paginatedResult || resourceVersion === '' || resourceVersion === '0' ? undefined : 0);
      return listPages<T>((page) => listerWatcher.list(page, signal), { resourceVersion }, pageSize);
    };
    const wanted = relistResourceVersion();
    const { list: { items, metadata: { resourceVersion = '' } }, paginated } = await fetch(wanted).catch((err: unknown) => {
      if (!isExpired(err) && !isTooLargeResourceVersion(err)) throw err;
      isUnavailable = true;
      return fetch(relistResourceVersion());
    });
    if (wanted === '0' && paginated) paginatedResult = true;
    replace(items, resourceVersion);
  }

  function replace(items: readonly T[], resourceVersion: string): void {
    store.replace(items, resourceVersion);
    lastSyncResourceVersion = resourceVersion;
    isUnavailable = false;
  }

  /** The whole state as the first events of a watch, which goes on afterwards; undefined when it was told to stop. */
  async function watchList(signal: AbortSignal): Promise<Watch<T> | undefined> {
    while (!signal.aborted) {
      const initial = newStore<T>(metaNamespaceKeyFunc);
      let watch: Watch<T> | undefined;
      try {
        const resourceVersion = isUnavailable ? '' : lastSyncResourceVersion;
        watch = await listerWatcher.watch({ ...watchOptions(resourceVersion), sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }, signal);
        const end = await handleWatch(watch, initial, { name, clock, signal, untilInitialEventsEnd: true });
        if (end !== undefined) {
          replace(initial.list(), end);
          return watch;
        }
      } catch (err) {
        watch?.stop();
        if (isExpired(err) || isTooLargeResourceVersion(err)) {
          isUnavailable = true;
          continue;
        }
        if (!canGoOn(err)) throw err;
        await sleep(clock, backoff.next(), signal);
      }
    }
    return undefined;
  }

  /** Watches from where the last watch ended, until only a list can help. */
  async function watchOn(watch: Watch<T> | undefined, signal: AbortSignal): Promise<void> {
    for (let current = watch; !signal.aborted; current = undefined) {
      // a watch from no version begins with the state, whose objects come in no order of versions
      const startsWithState = !current && ['', '0'].includes(lastSyncResourceVersion);
      const seen = (resourceVersion: string, isPastState: boolean) => {
        if (isPastState || !startsWithState) lastSyncResourceVersion = resourceVersion;
      };
      try {
        current ??= await listerWatcher.watch(watchOptions(lastSyncResourceVersion), signal);
        await handleWatch(current, store, { name, clock, signal, seen });
      } catch (err) {
        current?.stop();
        if (!canGoOn(err)) {
          if (isExpired(err) || isTooLargeResourceVersion(err)) return;
          throw err;
        }
        await sleep(clock, backoff.next(), signal);
      }
    }
  }

  function watchOptions(resourceVersion: string): WatchOptions {
    return { resourceVersion, allowWatchBookmarks: true, timeoutSeconds: Math.floor(MIN_WATCH_TIMEOUT_SECONDS * (1 + random())) };
  }

  function startResync(): () => void {
    if (resyncCheckPeriod === 0) return () => undefined;
    const tick = () => {
      if (shouldResync()) store.resync();
      timer = clock.afterFunc(resyncCheckPeriod, tick);
    };
    let timer = clock.afterFunc(resyncCheckPeriod, tick);
    return () => timer.stop();
  }
}

/** A server that is busy, or cannot be reached, has said nothing about the version: no list is needed. */
function canGoOn(err: unknown): boolean {
  return isTooManyRequests(err) || err instanceof UnreachableError;
}
