/**
 * Leases: a time to live that keys are attached to. One timer waits for the next one to end.
 *
 * Upstream: go.etcd.io/etcd/lease/lessor.go. Leaves out keeping leases alive, checkpoints, and choosing one's own id.
 */
import type { Clock } from '../../../http/context.ts';
import { EtcdRequestError } from '../client.ts';

/** As etcd at its default election timeout. */
const minTTLSeconds = 2;
/** What setTimeout can wait. */
const longestTimer = 2 ** 31 - 1;

interface Lease {
  expires: number;
  keys: Set<string>;
}

export class Lessor {
  private readonly leases = new Map<string, Lease>();
  private readonly clock: Clock;
  private readonly onExpired: (id: string) => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private timerEnds = Infinity;

  /** `onExpired` is to revoke the lease. */
  constructor(clock: Clock, onExpired: (id: string) => void) {
    this.clock = clock;
    this.onExpired = onExpired;
  }

  grant(ttlSeconds: number): string {
    const id = String(crypto.getRandomValues(new BigUint64Array(1))[0]! >> 1n);
    const expires = this.clock.now() + Math.max(ttlSeconds, minTTLSeconds) * 1000;
    this.leases.set(id, { expires, keys: new Set() });
    if (expires < this.timerEnds) this.schedule(expires);
    return id;
  }

  /** Forgets the lease; answers its keys, which are to be deleted. */
  revoke(id: string): string[] {
    const { keys } = this.lookup(id);
    this.leases.delete(id);
    return [...keys].sort();
  }

  lookup(id: string): Lease {
    const lease = this.leases.get(id);
    if (!lease) throw new EtcdRequestError('etcdserver: requested lease not found');
    return lease;
  }

  attach(id: string, key: string): void {
    if (id !== '0') this.lookup(id).keys.add(key);
  }

  detach(id: string, key: string): void {
    this.leases.get(id)?.keys.delete(key);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timerEnds = Infinity;
    this.leases.clear();
  }

  private schedule(expires: number): void {
    clearTimeout(this.timer);
    this.timerEnds = expires;
    const delay = Math.min(Math.max(expires - this.clock.now(), 0), longestTimer);
    this.timer = setTimeout(() => this.expire(), delay);
  }

  private expire(): void {
    this.timerEnds = Infinity;
    const now = this.clock.now();
    let next = Infinity;
    for (const [id, { expires }] of this.leases) {
      if (expires <= now) this.onExpired(id);
      else next = Math.min(next, expires);
    }
    if (next < Infinity) this.schedule(next);
  }
}
