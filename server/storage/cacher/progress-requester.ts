/**
 * Asks etcd how far the feeding watch is, as long as somebody waits to know.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/cacher/progress/watch_progress.go.
 */
const progressRequestPeriod = 100;

export class ConditionalProgressRequester {
  readonly #request: () => void;
  #waiting = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(request: () => void) {
    this.#request = request;
  }

  async during<T>(wait: Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) {
      this.#request();
      this.#timer = setInterval(this.#request, progressRequestPeriod);
    }
    try {
      return await wait;
    } finally {
      if (--this.#waiting === 0) clearInterval(this.#timer);
    }
  }
}
