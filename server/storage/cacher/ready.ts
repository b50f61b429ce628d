/**
 * Whether the cache can answer: pending until its first list, and again whenever it has to list anew.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/ready.go.
 */
import type { Clock } from '../../http/context.ts';
import { newTooManyRequests } from '../../http/status.ts';

export class Ready {
  readonly #clock: Clock;
  #state: 'pending' | 'ready' | 'stopped' = 'pending';
  #lastError: unknown;
  #changed: number;
  #wait = Promise.withResolvers<void>();
  /** How often it became ready; a watch that was set up across a change is of no use. */
  generation = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#changed = clock.now();
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  setReady(): void {
    if (this.#state !== 'pending') return;
    this.#enter('ready');
    this.generation++;
    this.#wait.resolve();
  }

  setPending(lastError: unknown): void {
    this.#lastError = lastError;
    if (this.#state !== 'ready') return;
    this.#enter('pending');
    this.#wait = Promise.withResolvers();
  }

  stop(): void {
    this.#enter('stopped');
    this.#wait.resolve();
  }

  /** Throws a 429 unless ready: the client is to come back, sooner if the cache has not been away for long. */
  check(): void {
    if (this.isReady) return;
    const seconds = (this.#clock.now() - this.#changed) / 1000;
    throw newTooManyRequests(this.#reason(), Math.trunc(Math.min(30, Math.max(1, Math.exp(0.06 * seconds)))));
  }

  async wait(): Promise<void> {
    while (this.#state === 'pending') await this.#wait.promise;
    if (this.#state === 'stopped') throw new Error(this.#reason());
  }

  #reason(): string {
    if (this.#state === 'stopped') return 'apiserver cacher is stopped';
    const why = this.#lastError instanceof Error ? `: ${this.#lastError.message}` : '';
    return `storage is (re)initializing${why}`;
  }

  #enter(state: 'pending' | 'ready' | 'stopped'): void {
    this.#state = state;
    this.#changed = this.#clock.now();
  }
}
