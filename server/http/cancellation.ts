/**
 * What ends the work on a request before its answer is given: its client has gone, its time is over.
 *
 * Upstream: context.WithCancelCause. An AbortController does the same, but most requests end without anyone waiting on
 * its signal, which then costs more than many a filter: so the signal is made for the first who asks.
 */
export class Cancellation {
  /** Never changed, but replaced: no larger than it must be, and whoever walks it may take a listener back. */
  #listeners: readonly ((reason: unknown) => void)[] = [];
  #controller: AbortController | undefined;
  #aborted = false;
  #reason: unknown;

  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const controller = new AbortController();
    this.#controller = controller;
    this.onAbort((reason) => controller.abort(reason));
    return controller.signal;
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  /** As context.AfterFunc: at once, if it is over already. */
  onAbort(fn: (reason: unknown) => void): void {
    if (this.#aborted) fn(this.#reason);
    else this.#listeners = [...this.#listeners, fn];
  }

  /** Takes it back: what lives shorter than the request. */
  offAbort(fn: (reason: unknown) => void): void {
    const at = this.#listeners.indexOf(fn);
    if (at >= 0) this.#listeners = this.#listeners.toSpliced(at, 1);
  }

  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    for (const fn of this.#listeners) fn(reason);
  }
}
