/** A clock whose time passes only when a test says so; what was put off until then happens at its moment, in order. */
import type { EventClock } from './event-clock.ts';

interface Event {
  at: number;
  fn(): void;
}

export class VirtualClock implements EventClock {
  #now = 0;
  #events: Event[] = [];

  readonly now = () => this.#now;

  after(ms: number, fn: () => void): () => void {
    const event = { at: this.#now + ms, fn };
    this.#events.push(event);
    return () => void (this.#events = this.#events.filter((each) => each !== event));
  }

  /** What waits on promises has its turn after each event. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = next.at;
      this.#events.splice(this.#events.indexOf(next), 1);
      next.fn();
      await settled();
    }
    this.#now = end;
  }

  /** Of several at the same moment, the one that was put off first. */
  #next(end: number): Event | undefined {
    let next: Event | undefined;
    for (const event of this.#events) if (event.at <= end && (!next || event.at < next.at)) next = event;
    return next;
  }
}

export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
