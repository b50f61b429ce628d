/**
 * RequestWaitGroup knows the requests that are being handled, so that a server which closes can wait for the short ones
 * and end the long ones.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/waitgroup. Leaves out the rate at which watches are ended.
 */
import type { RequestContext } from '../http/context.ts';

export class RequestWaitGroup {
  readonly #requests = new Set<RequestContext>();
  #drained: (() => void) | undefined;
  #waiting: Promise<void> | undefined;

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
    if (this.#requests.size === 0) this.#drained?.();
  }

  /** Resolves when the last request is done. */
  wait(): Promise<void> {
    this.#waiting ??= new Promise((resolve) => {
      this.#drained = resolve;
      if (this.#requests.size === 0) resolve();
    });
    return this.#waiting;
  }

  /** Tells every request to end. */
  abort(reason: unknown): void {
    for (const ctx of [...this.#requests]) ctx.abort(reason);
  }
}
