/**
 * Feeds the cache: lists the kind from etcd, then follows it by one watch. A watch that breaks goes on where it was; one
 * that cannot go on there leads to a new list: at once where history is gone, after a while where a change can't be read.
 *
 * Upstream: k8s.io/client-go/tools/cache/reflector.go as the cacher uses it, with cacher/lister_watcher.go; that a
 * broken connection is taken up again is there the etcd client's work.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Clock, RequestContext } from '../../http/context.ts';
import { sleep } from '../../http/sleep.ts';
import { parseResourceVersion } from '../api-object-versioner.ts';
import type { Logger } from '../../observe/logger.ts';
import type { ListOptions, Storage, Watch, WatchEvent } from '../interfaces.ts';
import { everything } from '../selection-predicate.ts';

const pageSize = 10_000;
const relistPeriod = 1000;
const minBackoff = 100;
const maxBackoff = 5000;
/** How long a change that cannot be read is asked for again. */
const maxInternalErrorRetryDuration = 30_000;

export interface ReflectorOptions {
  storage: Storage;
  /** Of all objects of the kind: `/pods/`. */
  key: string;
  /** Aborting it ends the reflector. */
  ctx: RequestContext;
  clock: Clock;
  log: Logger | undefined;
  onReplace(objects: KubeObject[], revision: number): void;
  /** A change, or a bookmark. The next one is read when it returns. */
  onEvent(event: WatchEvent): Promise<void> | void;
  /** The state that was listed is no longer followed. */
  onLost(err: unknown): void;
}

export class Reflector {
  readonly #options: ReflectorOptions;
  #watch: Watch | undefined;

  constructor(options: ReflectorOptions) {
    this.#options = options;
  }

  requestProgress(): void {
    this.#watch?.requestProgress?.();
  }

  async run(): Promise<void> {
    const { ctx, onReplace, onLost } = this.#options;
    while (!ctx.signal.aborted) {
      try {
        const { objects, revision } = await this.#list();
        onReplace(objects, revision);
        await this.#follow(revision);
      } catch (err) {
        if (ctx.signal.aborted) return;
        onLost(err);
        await sleep(relistPeriod, ctx.signal);
      }
    }
  }

  async #list(): Promise<{ objects: KubeObject[]; revision: number }> {
    const { storage, ctx, key } = this.#options;
    const objects: KubeObject[] = [];
    let token = '';
    let revision = '';
    do {
      const page = await storage.getList(ctx, key, listOptions({ predicate: { ...everything, limit: pageSize, continue: token } }));
      objects.push(...page.items);
      token = page.continue;
      revision = page.resourceVersion;
    } while (token !== '');
    return { objects, revision: parseResourceVersion(revision) };
  }

  /** Returns when the request ends, throws when the revision to go on from is gone, or nothing can be read after it. */
  async #follow(from: number): Promise<void> {
    const { ctx, clock, key, log } = this.#options;
    let revision = from;
    let failingSince: number | undefined;
    for (let backoff = minBackoff; !ctx.signal.aborted; backoff = Math.min(2 * backoff, maxBackoff)) {
      const before = revision;
      const err = await this.#followOnce(revision, (seen) => (revision = seen));
      if (revision > before) backoff = minBackoff;
      if (revision > before || !(err instanceof WatchError)) failingSince = undefined;
      if (err instanceof WatchError) failingSince ??= clock.now();
      if (err instanceof WatchExpiredError || (failingSince !== undefined && clock.now() - failingSince >= maxInternalErrorRetryDuration)) throw err;
      if (err && !ctx.signal.aborted) log?.error(err, `watch of ${key} ended with an error; it goes on from ${revision}`);
      await sleep(backoff, ctx.signal);
    }
  }

  /** One watch, until it ends; answers what it ended with. */
  async #followOnce(from: number, onRevision: (revision: number) => void): Promise<unknown> {
    const { storage, ctx, key, onEvent } = this.#options;
    try {
      const watch = await storage.watch(ctx, key, listOptions({ resourceVersion: String(from), progressNotify: true }));
      this.#watch = watch;
      for await (const event of watch) {
        if (event.type === 'ERROR') return event.object.code === 410 ? new WatchExpiredError(String(event.object.message)) : new WatchError(String(event.object.message));
        onRevision(Number(event.object.metadata.resourceVersion));
        const handled = onEvent(event);
        if (handled) await handled;
      }
      return undefined;
    } catch (err) {
      return err;
    } finally {
      this.#watch = undefined;
    }
  }
}

/** What a watch said before it ended. */
class WatchError extends Error {}
class WatchExpiredError extends WatchError {}

const listOptions = (wanted: Partial<ListOptions>): ListOptions => ({ resourceVersion: '', resourceVersionMatch: '', predicate: everything, ...wanted });
