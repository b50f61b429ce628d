/**
 * The store itself: every key's versions, and a log of all changes in revision order. Writes gather under the next
 * revision until commit() makes that the store's revision; reading at a revision picks each key's newest version that
 * is not younger.
 *
 * Upstream: go.etcd.io/etcd/mvcc/{kvstore,kvstore_txn,key_index}.go. Leaves out the file behind it; everything that
 * was not compacted is in memory.
 */
import { CompactedError, FutureRevisionError } from '../client.ts';
import type { EtcdEvent, KeyValue, RangeRequest, RangeResponse } from '../client.ts';
import { keyRange } from './key-range.ts';
import type { KeyRange } from './key-range.ts';
import { SortedMap } from '../../sorted-map.ts';

const noBytes = new Uint8Array(0);

/** A key's versions, oldest first; one whose `version` is 0 is a deletion. */
type Versions = KeyValue[];

export class MvccStore {
  /** An empty etcd is at revision 1. */
  revision = 1;
  compactRevision = -1;
  /** Changes from the compaction point on. */
  log: EtcdEvent[] = [];
  private readonly index = new SortedMap<Versions>();
  private changes: EtcdEvent[] = [];

  /** The revision that a read sees: with the writes of the running transaction. */
  private get readRevision(): number {
    return this.changes.length > 0 ? this.revision + 1 : this.revision;
  }

  /** Bytes of all keys and values that it holds, be they current or not. */
  get size(): number {
    let bytes = 0;
    for (const versions of this.index.values('', undefined)) for (const { key, value } of versions) bytes += key.length + value.length;
    return bytes;
  }

  current(key: string): KeyValue | undefined {
    return alive(this.index.get(key)?.at(-1));
  }

  checkRevision(revision: number): void {
    if (revision > this.revision) throw new FutureRevisionError('etcdserver: mvcc: required revision is a future revision');
    if (revision > 0 && revision < this.compactRevision) throw compacted();
  }

  range(request: RangeRequest): RangeResponse {
    const at = request.revision && request.revision > 0 ? request.revision : this.readRevision;
    const limit = request.countOnly ? 0 : request.limit || Infinity;
    const kvs: KeyValue[] = [];
    let count = 0;
    for (const kv of this.alive(keyRange(request.key, request.rangeEnd), at)) {
      if (count++ < limit) kvs.push(request.keysOnly ? { ...kv, value: noBytes } : kv);
    }
    return { revision: this.readRevision, kvs, more: !request.countOnly && count > kvs.length, count };
  }

  /** Answers what was there before. */
  put(key: string, value: Uint8Array, lease: string): KeyValue | undefined {
    const modRevision = this.revision + 1;
    const versions = this.index.get(key);
    const prev = alive(versions?.at(-1));
    const kv: KeyValue = {
      key,
      value,
      createRevision: prev ? prev.createRevision : modRevision,
      modRevision,
      version: prev ? prev.version + 1 : 1,
      lease,
    };
    if (versions) versions.push(kv);
    else this.index.set(key, [kv]);
    this.changes.push(prev ? { type: 'put', kv, prevKv: prev } : { type: 'put', kv });
    return prev;
  }

  /** Answers what was there before. */
  deleteRange(range: KeyRange): KeyValue[] {
    const modRevision = this.revision + 1;
    const gone = [...this.alive(range, this.readRevision)];
    for (const prevKv of gone) {
      const kv: KeyValue = { key: prevKv.key, value: noBytes, createRevision: 0, modRevision, version: 0, lease: '0' };
      this.index.get(kv.key)?.push(kv);
      this.changes.push({ type: 'delete', kv, prevKv });
    }
    return gone;
  }

  /** Ends the transaction: answers its changes, and has a new revision if there are any. */
  commit(): EtcdEvent[] {
    const { changes } = this;
    if (changes.length === 0) return changes;
    this.revision++;
    for (const change of changes) this.log.push(change);
    this.changes = [];
    return changes;
  }

  compact(revision: number): void {
    if (revision <= this.compactRevision) throw compacted();
    this.checkRevision(revision);
    this.compactRevision = revision;
    const kept = this.logIndex(revision + 1);
    for (const { kv } of this.log.slice(0, kept)) this.trim(kv.key, revision);
    // A watch may start at the compaction point itself; what came before its events is gone.
    const atPoint = this.log.slice(this.logIndex(revision), kept).map(({ type, kv }): EtcdEvent => ({ type, kv }));
    this.log = atPoint.concat(this.log.slice(kept));
  }

  /** Where in the log the changes of `revision` and later begin. */
  logIndex(revision: number): number {
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (this.log[mid]!.kv.modRevision < revision) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  private *alive({ from, end }: KeyRange, revision: number): Generator<KeyValue, void> {
    for (const versions of this.index.values(from, end)) {
      const kv = alive(versionAt(versions, revision));
      if (kv) yield kv;
    }
  }

  private trim(key: string, revision: number): void {
    const versions = this.index.get(key);
    if (!versions) return;
    const newest = versions.findLastIndex((v) => v.modRevision <= revision);
    versions.splice(0, alive(versions[newest]) ? newest : newest + 1);
    if (versions.length === 0) this.index.delete(key);
  }
}

function alive(kv: KeyValue | undefined): KeyValue | undefined {
  return kv && kv.version > 0 ? kv : undefined;
}

function versionAt(versions: Versions, revision: number): KeyValue | undefined {
  const newest = versions.at(-1);
  // Most reads want the present; only others walk back.
  return newest && newest.modRevision <= revision ? newest : versions.findLast((v) => v.modRevision <= revision);
}

function compacted(): CompactedError {
  return new CompactedError('etcdserver: mvcc: required revision has been compacted');
}
