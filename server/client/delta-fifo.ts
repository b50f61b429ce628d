/**
 * What has happened to each object since somebody looked, in the order in which the objects first came up: the queue
 * between a reflector and whoever handles what it says.
 *
 * Upstream: k8s.io/client-go/tools/cache/delta_fifo.go. Leaves out transformers, which the informer applies, and the locks.
 */
import type { KeyFunc } from './store.ts';

export type DeltaType = 'Added' | 'Updated' | 'Deleted' | 'Replaced' | 'Sync';

/** Something that is gone, found out too late: `obj` is what was last known of it, and may be old. */
export class DeletedFinalStateUnknown<T> {
  readonly key: string;
  readonly obj: T;
  constructor(key: string, obj: T) {
    this.key = key;
    this.obj = obj;
  }
}

/** The object itself, of which more may have been known. */
export const lastKnown = <T>(obj: T | DeletedFinalStateUnknown<T>): T => (obj instanceof DeletedFinalStateUnknown ? (obj).obj : obj);

export type Delta<T> = { type: 'Deleted'; object: T | DeletedFinalStateUnknown<T> } | { type: Exclude<DeltaType, 'Deleted'>; object: T };

/** Of one object, the oldest first. */
export type Deltas<T> = Delta<T>[];

/** Where a reflector puts what it is told. */
export interface ReflectorStore<T> {
  add(obj: T): void;
  update(obj: T): void;
  delete(obj: T): void;
  replace(list: readonly T[], resourceVersion: string): void;
  resync(): void;
}

export interface DeltaFIFO<T> extends ReflectorStore<T> {
  /** Hands the oldest object's deltas over, once there is one; false when the queue is closed. */
  pop(process: (deltas: Deltas<T>, isInInitialList: boolean) => void): Promise<boolean>;
  /** Everything that the first replace brought has been handed over. */
  hasSynced(): boolean;
  close(): void;
}

/** What was handed over before: from it a replace learns what is gone, and a resync what there is. */
export interface KnownObjects<T> {
  listKeys(): string[];
  getByKey(key: string): T | undefined;
}

export function newDeltaFIFO<T>(keyFunc: KeyFunc<T>, knownObjects: KnownObjects<T>): DeltaFIFO<T> {
  /** In the order in which the keys came; each is here once. */
  const items = new Map<string, Deltas<T>>();
  let populated = false;
  let initialPopulationCount = 0;
  let closed = false;
  let wake: () => void = () => undefined;

  const hasSynced = () => populated && initialPopulationCount === 0;

  function enqueue(key: string, delta: Delta<T>): void {
    const deltas = items.get(key);
    if (deltas) dedup(deltas, delta);
    else items.set(key, [delta]);
    wake();
  }

  function queueAction(type: Exclude<DeltaType, 'Deleted'>, object: T): void {
    populated = true;
    enqueue(keyFunc(object), { type, object });
  }

  function queueMissing(key: string, object: T): void {
    enqueue(key, { type: 'Deleted', object: new DeletedFinalStateUnknown(key, object) });
  }

  return {
    hasSynced,
    add: (obj) => queueAction('Added', obj),
    update: (obj) => queueAction('Updated', obj),
    delete(obj) {
      populated = true;
      const key = keyFunc(obj);
      // who has never heard of it need not hear that it is gone
      if (knownObjects.getByKey(key) !== undefined || items.has(key)) enqueue(key, { type: 'Deleted', object: obj });
    },
    replace(list) {
      const keys = new Set(list.map(keyFunc));
      let queuedDeletions = 0;
      for (const object of list) enqueue(keyFunc(object), { type: 'Replaced', object });
      for (const [key, deltas] of items) {
        if (keys.has(key)) continue;
        queuedDeletions++;
        queueMissing(key, lastKnown(deltas.at(-1)!.object));
      }
      for (const key of knownObjects.listKeys()) {
        if (keys.has(key) || items.has(key)) continue;
        queuedDeletions++;
        queueMissing(key, knownObjects.getByKey(key)!);
      }
      if (populated) return;
      populated = true;
      initialPopulationCount = keys.size + queuedDeletions;
    },
    resync() {
      for (const key of knownObjects.listKeys()) {
        // what waits in the queue is newer
        if (!items.has(key)) enqueue(key, { type: 'Sync', object: knownObjects.getByKey(key)! });
      }
    },
    async pop(process) {
      while (items.size === 0 && !closed) await new Promise<void>((resolve) => void (wake = resolve));
      const [first] = items;
      if (!first || closed) return false;
      const [key, deltas] = first;
      items.delete(key);
      const isInInitialList = !hasSynced();
      if (initialPopulationCount > 0) initialPopulationCount--;
      process(deltas, isInInitialList);
      return true;
    },
    close() {
      closed = true;
      wake();
    },
  };
}

/** To be deleted twice is to be deleted once; the one that knows the final state counts. */
function dedup<T>(deltas: Deltas<T>, delta: Delta<T>): void {
  const last = deltas.at(-1)!;
  if (last.type !== 'Deleted' || delta.type !== 'Deleted') deltas.push(delta);
  else if (!(delta.object instanceof DeletedFinalStateUnknown)) deltas[deltas.length - 1] = delta;
}
