/**
 * Workers that take keys from a queue, and bring each back that failed.
 *
 * Upstream: the loop that every controller of pkg/controller has (runWorker, processNextWorkItem).
 */
import type { Logger } from '../observe/logger.ts';
import type { RateLimitingQueue } from './rate-limiting-queue.ts';

export interface WorkersOptions<T> {
  name: string;
  queue: RateLimitingQueue<T>;
  sync(item: T): Promise<void>;
  workers: number;
  log: Logger;
}

/** Resolves when the signal is aborted and what was under way has come to its end. */
export async function runWorkers<T>({ name, queue, sync, workers, log }: WorkersOptions<T>, signal: AbortSignal): Promise<void> {
  const stop = () => queue.shutDown();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  await Promise.all(Array.from({ length: workers }, runWorker));

  async function runWorker(): Promise<void> {
    for (let next = await queue.get(); !next.shutdown && !signal.aborted; next = await queue.get()) {
      const { item } = next;
      try {
        await sync(item);
        queue.forget(item);
      } catch (err) {
        queue.addRateLimited(item);
        if (!signal.aborted) log.error(err, `${name}: it is tried again`, { item });
      } finally {
        queue.done(item);
      }
    }
  }
}
