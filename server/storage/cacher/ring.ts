/**
 * The sliding window of recent events: those of the last 75 seconds, but no fewer than 100 and no more than 102,400.
 *
 * Upstream: the cyclic buffer in k8s.io/apiserver/pkg/storage/cacher/watch_cache.go. There the buffer doubles and
 * halves by the age of its events; here events leave one by one, by the same age.
 */
export interface Recorded {
  revision: number;
  recordTime: number;
}

/** A bookmark a minute, and some: a client's last bookmark is then mostly within the window. */
export const eventFreshDuration = 75_000;
const lowerBound = 100;
const upperBound = 100 * 1024;

export class Ring<E extends Recorded> {
  #events: E[] = [];
  #head = 0;
  #dropped = 0;

  /** Events are numbered from the first one ever; this is the number of the oldest that is still here. */
  get start(): number {
    return this.#dropped;
  }

  get end(): number {
    return this.#dropped + this.size;
  }

  get size(): number {
    return this.#events.length - this.#head;
  }

  get capacity(): number {
    return Math.max(lowerBound, this.size);
  }

  /** Answers whether old events left. */
  push(event: E): boolean {
    const before = this.#dropped;
    this.#events.push(event);
    while (this.size > upperBound || (this.size > lowerBound && event.recordTime - this.#events[this.#head]!.recordTime > eventFreshDuration)) {
      this.#head++;
      this.#dropped++;
    }
    if (this.#head > this.#events.length / 2) {
      this.#events = this.#events.slice(this.#head);
      this.#head = 0;
    }
    return this.#dropped > before;
  }

  /** The event of this number; undefined when it has left or has yet to come. */
  at(index: number): E | undefined {
    return index < this.#dropped ? undefined : this.#events[this.#head + index - this.#dropped];
  }

  /** The number of the first event after this revision. */
  firstAfter(revision: number): number {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle)!.revision > revision) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Forgets all; numbers go on, so that who reads by number notices. */
  clear(): void {
    this.#dropped = this.end;
    this.#events = [];
    this.#head = 0;
  }
}
