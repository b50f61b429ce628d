/**
 * Brings the events of a watch into a store.
 *
 * Upstream: handleAnyWatch of k8s.io/client-go/tools/cache/reflector.go.
 */
import type { KubeObject } from '../apimachinery/types.ts';
import type { Clock } from '../http/context.ts';
import type { ReflectorStore } from './the-real-fifo.ts';
import { fromObject } from './errors.ts';
import type { Watch } from './watch.ts';

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';
/** A watch that ends sooner, and without a word, was none. */
const VERY_SHORT = 1000;

export interface WatchHandlerOptions {
  /** What is watched. */
  name: string;
  clock: Clock;
  signal: AbortSignal;
  /** Is told how far the watch has come, and whether there was more by then than what can be the first state. */
  seen?(resourceVersion: string, isPastState: boolean): void;
  /** Whether the bookmark after the first state ends it. */
  untilInitialEventsEnd?: boolean;
}

/** Resolves when the watch ends, to the version of the first state if that was waited for and is there. Throws what the watch says is wrong. */
export async function handleWatch<T extends KubeObject>(watch: Watch<T>, store: Pick<ReflectorStore<T>, 'add' | 'update' | 'delete'>, { name, clock, signal, seen, untilInitialEventsEnd }: WatchHandlerOptions): Promise<string | undefined> {
  const start = clock.now();
  let count = 0;
  let isPastState = false;
  signal.addEventListener('abort', watch.stop);
  try {
    for (let event = await watch.next(); event; event = await watch.next()) {
      if (event.type === 'ERROR') throw fromObject(event.object);
      const { object } = event;
      const { resourceVersion = '', annotations } = object.metadata;
      if (event.type === 'ADDED') store.add(object);
      else if (event.type === 'MODIFIED') store.update(object);
      else if (event.type === 'DELETED') store.delete(object);
      else if (untilInitialEventsEnd && annotations?.[INITIAL_EVENTS_END] === 'true') return resourceVersion;
      isPastState ||= event.type !== 'ADDED';
      seen?.(resourceVersion, isPastState);
      count++;
    }
  } finally {
    signal.removeEventListener('abort', watch.stop);
  }
  if (count === 0 && clock.now() - start < VERY_SHORT) throw new VeryShortWatchError(name);
  return undefined;
}

class VeryShortWatchError extends Error {
  override name = 'VeryShortWatchError';
  constructor(name: string) {
    super(`very short watch: ${name}: Unexpected watch close - watch lasted less than a second and no items received`);
  }
}
