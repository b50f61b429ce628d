/**
 * Tries again what a server has to write when it starts: etcd may be starting, too, or go away in the middle of it.
 *
 * Upstream: wait.Poll of k8s.io/apimachinery/pkg/util/wait, as the post-start hooks of pkg/registry/rbac/rest use it.
 */
import { sleep } from '../http/sleep.ts';
import type { Logger } from '../observe/logger.ts';

const ATTEMPTS = 30;
const RETRY_MS = 1000;

/** `work` may have done a part of it before. Throws what went wrong last. */
export async function untilDone(log: Logger, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (err) {
      if (attempt === ATTEMPTS || signal.aborted) throw err;
      log.error(err, 'writing what the server needs, which is tried again');
    }
    await sleep(RETRY_MS, signal);
  }
}
