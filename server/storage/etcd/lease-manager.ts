/**
 * Leases for objects with a time to live. Objects written shortly after one another share a lease, which saves etcd
 * one lease per object.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/lease_manager.go.
 */
import type { Clock } from '../../http/context.ts';
import type { EtcdClient } from './client.ts';

const reuseDurationPercent = 0.05;
const maxAttachedObjects = 1000;

interface Lease {
  id: Promise<string>;
  expires: number;
  attached: number;
}

export class LeaseManager {
  readonly #client: Pick<EtcdClient, 'leaseGrant'>;
  readonly #clock: Clock;
  readonly #reuseDurationSeconds: number;
  /** Hears how many objects the last lease was asked for. */
  readonly #onRenewed: (attached: number) => void;
  #previous: Lease | undefined;

  constructor(client: Pick<EtcdClient, 'leaseGrant'>, clock: Clock, reuseDurationSeconds: number, onRenewed: (attached: number) => void = () => undefined) {
    this.#client = client;
    this.#clock = clock;
    this.#reuseDurationSeconds = reuseDurationSeconds;
    this.#onRenewed = onRenewed;
  }

  /** A lease that ends no earlier than `ttlSeconds` from now, and not much later. */
  getLease(ttlSeconds: number): Promise<string> {
    const now = this.#clock.now();
    const extra = Math.min(Math.floor(reuseDurationPercent * ttlSeconds), this.#reuseDurationSeconds);
    const lease = this.#previous;
    if (lease && now + ttlSeconds * 1000 < lease.expires && now + (ttlSeconds + extra) * 1000 >= lease.expires && lease.attached < maxAttachedObjects) {
      lease.attached++;
      return lease.id;
    }
    const id = this.#client.leaseGrant(ttlSeconds + extra);
    const granted = { id, expires: now + (ttlSeconds + extra) * 1000, attached: 1 };
    this.#previous = granted;
    id.then(
      // as upstream counts, with the object that needs the new one
      () => this.#onRenewed((lease?.attached ?? 0) + 1),
      () => {
        // a lease that was not granted must not be handed out again
        if (this.#previous === granted) this.#previous = undefined;
      },
    );
    return id;
  }
}
