/** An EtcdClient under comparison: turns operations into requests, and keeps what its watches say. */
import { prefixRangeEnd } from '../client.ts';
import type { Compare, EtcdClient, EtcdWatch, RangeRequest, RequestOp } from '../client.ts';
import { eventAnswer, rangeAnswer, relative, responseAnswer } from './answers.ts';
import type { Terms } from './answers.ts';
import type { Condition, Keys, Operation, WriteOp } from './operations.ts';

/** What a watch has said so far, for comparison. */
export interface Seen {
  events: unknown[];
  compactRevision?: number;
  failure?: string;
  ended: boolean;
}

interface Observed {
  watch: EtcdWatch;
  seen: Seen;
  /** The revision that it said it has come to. */
  progress: number;
}

const noLease = '4242';

export class Subject {
  readonly watches: Observed[] = [];
  private readonly client: EtcdClient;
  private readonly terms: Terms;
  private current = 0;
  private compacted = 0;

  constructor(client: EtcdClient, prefix: string) {
    this.client = client;
    this.terms = { prefix, base: 0, leases: [] };
  }

  /** Sets the revision that all others are counted from, above whatever was compacted before. */
  async begin(): Promise<void> {
    const put: RequestOp = { op: 'put', key: `${this.terms.prefix}start`, value: new Uint8Array(0) };
    const { revision } = await this.client.txn({ compare: [], success: [put], failure: [] });
    this.terms.base = this.current = revision;
    this.compacted = revision;
  }

  async run(operation: Operation): Promise<unknown> {
    try {
      return await this.attempt(operation);
    } catch (err) {
      return { error: err instanceof Error ? err.name : err };
    }
  }

  /** The watches that have not said yet that they have come to the present. */
  notThere(): Observed[] {
    return this.watches.filter(({ seen, progress }) => !seen.ended && progress < relative(this.terms, this.current));
  }

  end(): void {
    for (const { watch } of this.watches) watch.cancel();
  }

  private async attempt(operation: Operation): Promise<unknown> {
    switch (operation.kind) {
      case 'range':
        return rangeAnswer(this.terms, await this.client.range(this.rangeRequest(operation.range)));
      case 'txn': {
        const { revision, succeeded, responses } = await this.client.txn({
          compare: operation.compare.map((condition) => this.compare(condition)),
          success: operation.success.map((op) => this.requestOp(op)),
          failure: operation.failure.map((op) => this.requestOp(op)),
        });
        this.current = revision;
        return { revision: relative(this.terms, revision), succeeded, responses: responses.map((each) => responseAnswer(this.terms, each)) };
      }
      case 'watch':
        return this.watch(operation);
      case 'compact': {
        const revision = this.revision(operation.back, this.terms.base);
        await this.client.compact(revision);
        this.compacted = revision;
        return 'compacted';
      }
      case 'grant':
        return this.terms.leases.push(await this.client.leaseGrant(600));
      case 'revoke': {
        await this.client.leaseRevoke(this.terms.leases[operation.lease] ?? noLease);
        const { revision } = await this.client.range({ key: this.terms.prefix });
        this.current = revision;
        return { revision: relative(this.terms, revision) };
      }
    }
  }

  private async watch({ keys, back, prevKv }: Extract<Operation, { kind: 'watch' }>): Promise<unknown> {
    let startRevision = back === undefined ? undefined : this.revision(back, this.terms.base + 1);
    // Whether a deletion at the compaction point itself is still reported differs between versions of etcd.
    if (startRevision === this.compacted) startRevision++;
    const watch = this.client.watch({ ...this.keys(keys), startRevision, prevKv });
    const seen: Seen = { events: [], ended: false };
    const observed: Observed = { watch, seen, progress: -1 };
    this.watches.push(observed);
    const created = await new Promise((resolve) => {
      this.collect(observed, resolve)
        .catch((err: unknown) => resolve((seen.failure = String(err))))
        .finally(() => (seen.ended = true));
    });
    return { created };
  }

  private async collect(observed: Observed, onCreated: (revision: number) => void): Promise<void> {
    const { watch, seen } = observed;
    let created = false;
    for await (const { revision, events, compactRevision } of watch) {
      if (compactRevision !== undefined) seen.compactRevision = relative(this.terms, compactRevision);
      else if (!created) onCreated(relative(this.terms, revision));
      else if (events.length === 0) observed.progress = relative(this.terms, revision);
      created = true;
      for (const event of events) seen.events.push(eventAnswer(this.terms, event));
    }
  }

  private keys({ key, end }: Keys): { key: string; rangeEnd?: string } {
    if (end === 'all') return { key: this.terms.prefix, rangeEnd: prefixRangeEnd(this.terms.prefix) };
    const named = { key: key && this.terms.prefix + key };
    if (end === undefined) return named;
    return { ...named, rangeEnd: end === 'onward' ? '\0' : this.terms.prefix + end };
  }

  private revision(back: number, lowest: number): number {
    return Math.max(this.current - back, lowest);
  }

  private rangeRequest({ keys, back, limit, keysOnly, countOnly }: Extract<WriteOp, { op: 'range' }>): RangeRequest {
    return { ...this.keys(keys), revision: back === undefined ? 0 : this.revision(back, this.terms.base), limit, keysOnly, countOnly };
  }

  private compare({ key, target, result, value }: Condition): Compare {
    const isRevision = target !== 'version' && value > 0;
    return { key: this.terms.prefix + key, target, result, value: isRevision ? this.revision(value - 1, this.terms.base) : value };
  }

  private requestOp(op: WriteOp): RequestOp {
    switch (op.op) {
      case 'range':
        return { op: 'range', ...this.rangeRequest(op) };
      case 'put': {
        const lease = op.lease === undefined ? '0' : (this.terms.leases[op.lease] ?? noLease);
        return { op: 'put', key: op.key && this.terms.prefix + op.key, value: new TextEncoder().encode(`${op.value}`), lease, prevKv: op.prevKv };
      }
      case 'deleteRange':
        return { op: 'deleteRange', ...this.keys(op.keys), prevKv: op.prevKv };
    }
  }
}
