/**
 * What happens once in the life of a server: others wait for it, or look whether it has happened.
 *
 * Upstream: k8s.io/apiserver/pkg/server/lifecycle_signals.go. Leaves out the time at which each happened.
 */
export class LifecycleSignal {
  readonly #signal = Promise.withResolvers<void>();
  #signaled = false;

  get signaled(): boolean {
    return this.#signaled;
  }

  signal(): void {
    this.#signaled = true;
    this.#signal.resolve();
  }

  wait(): Promise<void> {
    return this.#signal.promise;
  }
}

export interface LifecycleSignals {
  /** All paths are installed: what is not found now is not there. */
  muxAndDiscoveryComplete: LifecycleSignal;
  /** The server was told to end: `/readyz` says so, and all else goes on. */
  shutdownInitiated: LifecycleSignal;
  /** From here on no request is begun. */
  notAcceptingNewRequest: LifecycleSignal;
  /** Those that were begun are answered. */
  inFlightRequestsDrained: LifecycleSignal;
}

export function newLifecycleSignals(): LifecycleSignals {
  return {
    muxAndDiscoveryComplete: new LifecycleSignal(),
    shutdownInitiated: new LifecycleSignal(),
    notAcceptingNewRequest: new LifecycleSignal(),
    inFlightRequestsDrained: new LifecycleSignal(),
  };
}
