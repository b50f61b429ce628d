/**
 * The shared informer of server/client, over HTTPS, and what it does: what its reflector hears on the wire, and what its
 * handler is told. Its time runs faster, as it would sleep through most of the soak between its tries.
 */
import type { KubeObject } from '../../server/apimachinery/types.ts';
import type { WithDelayedExecution } from '../../server/client/clock.ts';
import { realClock } from '../../server/client/clock.ts';
import type { ListerWatcher } from '../../server/client/reflector.ts';
import { newRESTClient } from '../../server/client/rest-client.ts';
import { newSharedIndexInformer } from '../../server/client/shared-informer.ts';
import { DeletedFinalStateUnknown, lastKnown } from '../../server/client/the-real-fifo.ts';
import type { Transport } from '../../server/client/transport.ts';
import type { Watch } from '../../server/client/watch.ts';
import { NAMESPACE, keyOf, versionOf } from './client.ts';
import type { Change, Following, Seen } from './observer.ts';

/** What a handler is told: `old` of an update, `late` of a deletion that was only found out. */
export type Told = { type: 'add'; key: string; revision: number } | { type: 'update'; key: string; old: number; revision: number } | { type: 'delete'; key: string; revision: number; late: boolean };

export interface FollowingInformer extends Following {
  readonly told: Told[];
  /** What its store holds: the versions by key. */
  store(): Map<string, number>;
}

const haste = 60;
const hastyClock: WithDelayedExecution = { now: () => Date.now() * haste, afterFunc: (ms, fn) => realClock.afterFunc(ms / haste, fn) };

const configMaps = { group: '', version: 'v1', resource: 'configmaps' };
const silent = { info: () => undefined, error: () => undefined };

export function newFollowingInformer(transport: Transport, { useWatchList }: { useWatchList: boolean }): FollowingInformer {
  const client = newRESTClient({ transport, userAgent: 'soak', clock: hastyClock });
  const wire = newWire(client.resource(configMaps, NAMESPACE));
  const informer = newSharedIndexInformer<KubeObject>(wire.listerWatcher, { name: 'soak', clock: hastyClock, log: silent, useWatchList });
  const told: Told[] = [];
  informer.addEventHandler({
    onAdd: (obj) => void told.push({ type: 'add', key: keyOf(obj), revision: versionOf(obj) }),
    onUpdate: (old, obj) => void told.push({ type: 'update', key: keyOf(obj), old: versionOf(old), revision: versionOf(obj) }),
    onDelete: (obj) => void told.push({ type: 'delete', key: keyOf(lastKnown(obj)), revision: versionOf(lastKnown(obj)), late: obj instanceof DeletedFinalStateUnknown }),
  });
  return {
    seen: wire.seen,
    told,
    revision: () => Number(informer.lastSyncResourceVersion()),
    resumed: wire.watches,
    store: () => new Map(informer.getIndexer().list().map((obj) => [keyOf(obj), versionOf(obj)])),
    run: (signal) => informer.run(signal),
  };
}

/** Notes what a reflector hears, in the moment in which it hears it. */
function newWire(way: ListerWatcher<KubeObject>) {
  const seen: Seen[] = [];
  let watches = 0;
  let items: KubeObject[] = [];

  const listerWatcher: ListerWatcher<KubeObject> = {
    async list(options, signal) {
      const list = await way.list(options, signal);
      items = options.continue === undefined ? list.items : [...items, ...list.items];
      if (!list.metadata.continue) seen.push(listed(list, items));
      return list;
    },
    async watch(options, signal) {
      const watch = await way.watch(options, signal);
      watches++;
      return options.sendInitialEvents ? withInitialEvents(watch) : noted(watch);
    },
  };

  function noted(watch: Watch<KubeObject>): Watch<KubeObject> {
    return {
      stop: watch.stop,
      async next() {
        const event = await watch.next();
        if (event && event.type !== 'ERROR') seen.push(event.type === 'BOOKMARK' ? { type: 'bookmark', revision: versionOf(event.object) } : changed(event.type, event.object));
        return event;
      },
    };
  }

  /** Up to the bookmark that ends them, the events are a list. */
  function withInitialEvents(watch: Watch<KubeObject>): Watch<KubeObject> {
    const initial = new Map<string, KubeObject>();
    const after = noted(watch);
    let isInitial = true;
    return {
      stop: watch.stop,
      async next() {
        if (!isInitial) return after.next();
        const event = await watch.next();
        if (event?.type === 'ADDED' || event?.type === 'MODIFIED') initial.set(keyOf(event.object), event.object);
        if (event?.type === 'DELETED') initial.delete(keyOf(event.object));
        if (event?.type === 'BOOKMARK' && event.object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true') {
          isInitial = false;
          seen.push(listed(event.object, [...initial.values()]));
        }
        return event;
      },
    };
  }

  return { seen, listerWatcher, watches: () => watches };
}

function listed({ metadata }: Parameters<typeof versionOf>[0], items: readonly KubeObject[]): Seen {
  return { type: 'list', revision: versionOf({ metadata }), versions: new Map(items.map((item) => [keyOf(item), versionOf(item)])) };
}

function changed(type: Change['type'], object: KubeObject & { data?: { mark?: string } }): Change {
  return { type, revision: versionOf(object), key: keyOf(object), mark: object.data?.mark ?? '' };
}
