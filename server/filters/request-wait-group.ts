/**
 * RequestWaitGroup knows the requests that are being handled, so that a server which closes can wait for the short ones
 * and end the long ones.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/waitgroup (SafeWaitGroup, RateLimitedSafeWaitGroup).
 */
import type { RequestContext } from '../http/context.ts';
import { sleep } from '../http/sleep.ts';

/** Requests that are ended in a second, at least; more, where there are too many for the time. */
const LEAST_PER_SECOND = 200;
const TICK_MS = 50;
/** What an answer that is told to end takes to do so. */
const LAST_WORDS_MS = 100;

export class RequestWaitGroup {
  readonly #requests = new Set<RequestContext>();
  readonly #drained = Promise.withResolvers<void>();
  #waiting = false;

  get size(): number {
    return this.#requests.size;
  }

  /** False once somebody waits: no request may join any more. */
  add(ctx: RequestContext): boolean {
    if (this.#waiting) return false;
    this.#requests.add(ctx);
    return true;
  }

  done(ctx: RequestContext): void {
    this.#requests.delete(ctx);
    this.#settle();
  }

  /** Resolves when the last request is done. */
  wait(): Promise<void> {
    this.#waiting = true;
    this.#settle();
    return this.#drained.promise;
  }

  /** Tells every request to end: at once, or evenly over so many milliseconds; it waits no longer than that. */
  async end(reason: unknown, grace: number): Promise<void> {
    const drained = this.wait();
    const perTick = grace > 0 ? Math.max(LEAST_PER_SECOND / 1000, this.size / grace) * TICK_MS : this.size;
    const until = performance.now() + Math.max(grace, LAST_WORDS_MS);
    for (const ctxs = [...this.#requests]; ctxs.length > 0; ) {
      for (const ctx of ctxs.splice(0, Math.ceil(perTick))) ctx.abort(reason);
      if (ctxs.length > 0) await sleep(TICK_MS);
    }
    await Promise.race([drained, sleep(Math.max(0, until - performance.now()))]);
  }

  #settle(): void {
    if (this.#waiting && this.size === 0) this.#drained.resolve();
  }
}
