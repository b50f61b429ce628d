/**
 * LatencyTrackers adds up where a request's time went, layer by layer; the audit log tells it of slow requests.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/request/webhook_duration.go. Leaves out the maximum over parallel webhooks.
 */
export type Layer =
  | 'transform-response-object'
  | 'etcd'
  | 'serialize-response-object'
  | 'response-write'
  | 'mutating-webhook'
  | 'validating-webhook'
  | 'decode-response-object'
  | 'apf-queue-wait'
  | 'authentication'
  | 'authorization'
  | 'impersonation';

export class LatencyTrackers {
  readonly #spent = new Map<Layer, number>();

  /** Adds milliseconds. */
  track(layer: Layer, ms: number): void {
    this.#spent.set(layer, (this.#spent.get(layer) ?? 0) + ms);
  }

  /** Adds the time that the work takes, whatever comes of it. */
  time<T>(layer: Layer, work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.track(layer, performance.now() - start);
    }
  }

  /** The same, of work that is waited for. */
  async timeAsync<T>(layer: Layer, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.track(layer, performance.now() - start);
    }
  }

  /** Milliseconds by layer, of those layers that took any. */
  get spent(): ReadonlyMap<Layer, number> {
    return this.#spent;
  }
}
