/**
 * The sliding window of recent events, a cyclic buffer whose capacity follows the load: it doubles when it is full of
 * fresh events, so that about 75 seconds of them fit, and halves when three quarters of them are older than that.
 *
 * Upstream: the cyclic buffer in k8s.io/apiserver/pkg/storage/cacher/watch_cache.go (updateCache, resizeCacheLocked).
 */
export interface Recorded {
  revision: number;
  recordTime: number;
}

/** A bookmark a minute, and some: a client's last bookmark is then mostly within the window. */
export const eventFreshDuration = 75_000;
const lowerBoundCapacity = 100;
const upperBoundCapacity = 100 * 1024;

export class Ring<E extends Recorded> {
  #events: (E | undefined)[] = new Array<E | undefined>(lowerBoundCapacity).fill(undefined);
  #start = 0;
  #end = 0;

  /** Events are numbered from the first one ever; this is the number of the oldest that is still here. */
  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  get size(): number {
    return this.#end - this.#start;
  }

  get capacity(): number {
    return this.#events.length;
  }

  /** Answers whether old events left. */
  push(event: E): boolean {
    const before = this.#start;
    if (this.size === this.capacity) this.#resize(event.recordTime);
    if (this.size === this.capacity) this.#start++;
    this.#events[this.#end++ % this.capacity] = event;
    return this.#start > before;
  }

  /** The event of this number; undefined when it has left or has yet to come. */
  at(index: number): E | undefined {
    return index < this.#start || index >= this.#end ? undefined : this.#events[index % this.capacity];
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

  /** Forgets all but the capacity; numbers go on, so that who reads by number notices. */
  clear(): void {
    this.#start = this.#end;
    this.#events.fill(undefined);
  }

  #resize(now: number): void {
    const { capacity } = this;
    const age = (index: number) => now - this.at(index)!.recordTime;
    if (age(this.#start) < eventFreshDuration) this.#moveTo(Math.min(2 * capacity, upperBoundCapacity));
    else if (age(this.#end - capacity / 4) > eventFreshDuration) this.#moveTo(Math.max(capacity / 2, lowerBoundCapacity));
  }

  #moveTo(capacity: number): void {
    if (capacity === this.capacity) return;
    const start = Math.max(this.#start, this.#end - capacity);
    const events = new Array<E | undefined>(capacity).fill(undefined);
    for (let i = start; i < this.#end; i++) events[i % capacity] = this.at(i);
    this.#events = events;
    this.#start = start;
  }
}
