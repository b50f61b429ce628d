/**
 * What a reflector was told, in the order in which it was told: the queue between it and whoever keeps the copy. A list,
 * or the first state of a watch, is one thing in it.
 *
 * Upstream: k8s.io/client-go/tools/cache/the_real_fifo.go as it is by default since v1.36 (InOrderInformers, AtomicFIFO),
 * which took the place of delta_fifo.go. Leaves out batches and bookmarks, which save taking locks, and the locks.
 */

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

export interface ReplacedAllInfo<T> {
  resourceVersion: string;
  objects: readonly T[];
}

export type Delta<T> = { type: 'Added' | 'Updated' | 'Deleted'; object: T } | { type: 'ReplacedAll'; object: ReplacedAllInfo<T> } | { type: 'SyncAll' };

/** Where a reflector puts what it is told. */
export interface ReflectorStore<T> {
  add(obj: T): void;
  update(obj: T): void;
  delete(obj: T): void;
  replace(list: readonly T[], resourceVersion: string): void;
  resync(): void;
}

export interface RealFIFO<T> extends ReflectorStore<T> {
  /** Hands the oldest delta over, once there is one; false when the queue is closed. */
  pop(process: (delta: Delta<T>, isInInitialList: boolean) => void): Promise<boolean>;
  /** What the first replace brought has been handed over. */
  hasSynced(): boolean;
  close(): void;
}

export interface RealFIFOOptions<T> {
  /** What is done to each object before it waits here. */
  transformer?(obj: T): T;
}

export function newRealFIFO<T>({ transformer = (obj) => obj }: RealFIFOOptions<T> = {}): RealFIFO<T> {
  let items: Delta<T>[] = [];
  /** Of those, how many have been handed over. */
  let popped = 0;
  let populated = false;
  let initialPopulationCount = 0;
  let closed = false;
  let wake: () => void = () => undefined;

  const hasSynced = () => populated && initialPopulationCount === 0;

  function append(delta: Delta<T>): void {
    items.push(delta);
    wake();
  }

  function change(type: 'Added' | 'Updated' | 'Deleted', obj: T): void {
    populated = true;
    append({ type, object: transformer(obj) });
  }

  return {
    hasSynced,
    add: (obj) => change('Added', obj),
    update: (obj) => change('Updated', obj),
    delete: (obj) => change('Deleted', obj),
    replace(list, resourceVersion) {
      append({ type: 'ReplacedAll', object: { resourceVersion, objects: list.map(transformer) } });
      if (populated) return;
      populated = true;
      initialPopulationCount = items.length - popped;
    },
    // what there is to be told again is known when those before it have been handed over
    resync: () => append({ type: 'SyncAll' }),
    async pop(process) {
      while (popped === items.length && !closed) await new Promise<void>((resolve) => void (wake = resolve));
      const delta = items[popped];
      if (!delta) return false;
      if (++popped === items.length) [items, popped] = [[], 0];
      process(delta, !hasSynced());
      if (initialPopulationCount > 0) initialPopulationCount--;
      return true;
    },
    close() {
      closed = true;
      wake();
    },
  };
}
