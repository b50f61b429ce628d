/**
 * Keys that want work: each is here once however often it was added, and nobody works at the same one twice at a time.
 *
 * Upstream: k8s.io/client-go/util/workqueue/queue.go. Leaves out metrics.
 */
export interface WorkQueue<T> {
  add(item: T): void;
  len(): number;
  /** The next one, when there is one; `done` it when it is. Says so when there will be none. */
  get(): Promise<{ item: T; shutdown: false } | { item: undefined; shutdown: true }>;
  done(item: T): void;
  /** Takes nothing more; what waits is still handed out. */
  shutDown(): void;
  /** Resolves when all that was handed out is done. */
  shutDownWithDrain(): Promise<void>;
  shuttingDown(): boolean;
}

export function newWorkQueue<T>(): WorkQueue<T> {
  /** In their order, those that nobody works at. */
  const queue = new Set<T>();
  /** Those that want work, be it again after the work that is under way. */
  const dirty = new Set<T>();
  const processing = new Set<T>();
  let waiting: (() => void)[] = [];
  let drained: (() => void)[] = [];
  let isShuttingDown = false;

  const wakeAll = () => {
    const all = waiting;
    waiting = [];
    for (const wake of all) wake();
  };

  function shutDown(): void {
    isShuttingDown = true;
    wakeAll();
  }

  return {
    add(item) {
      if (isShuttingDown || dirty.has(item)) return;
      dirty.add(item);
      if (processing.has(item)) return;
      queue.add(item);
      waiting.shift()?.();
    },
    len: () => queue.size,
    async get() {
      while (queue.size === 0 && !isShuttingDown) await new Promise<void>((resolve) => waiting.push(resolve));
      for (const item of queue) {
        queue.delete(item);
        processing.add(item);
        dirty.delete(item);
        return { item, shutdown: false };
      }
      return { item: undefined, shutdown: true };
    },
    done(item) {
      processing.delete(item);
      if (dirty.has(item)) {
        queue.add(item);
        waiting.shift()?.();
      } else if (processing.size === 0) {
        for (const resolve of drained) resolve();
        drained = [];
      }
    },
    shutDown,
    async shutDownWithDrain() {
      shutDown();
      while (processing.size > 0 || queue.size > 0) await new Promise<void>((resolve) => drained.push(resolve));
    },
    shuttingDown: () => isShuttingDown,
  };
}
