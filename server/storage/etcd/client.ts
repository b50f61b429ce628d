/**
 * The part of etcd's API that the store uses, as plain data. Two things implement it: the embedded engine, and a real
 * etcd over gRPC; a property test holds them together.
 *
 * Upstream: go.etcd.io/etcd/client/v3 (KV, Watcher, Lease), etcd's rpc.proto. Keys are ASCII strings, values bytes;
 * revisions and leases fit a JavaScript number. `rangeEnd` is exclusive, as in etcd.
 */
export interface KeyValue {
  key: string;
  value: Uint8Array;
  createRevision: number;
  modRevision: number;
  version: number;
  /** Lease id in decimal, '0' for none. */
  lease: string;
}

export interface RangeRequest {
  key: string;
  rangeEnd?: string;
  limit?: number;
  /** Read as of this revision; 0 or undefined: now. */
  revision?: number;
  keysOnly?: boolean;
  countOnly?: boolean;
  serializable?: boolean;
}

export interface RangeResponse {
  /** The store's revision when it answered. */
  revision: number;
  kvs: KeyValue[];
  more: boolean;
  count: number;
}

export type Compare = { key: string; target: 'mod' | 'create' | 'version'; result: 'equal' | 'greater' | 'less' | 'notEqual'; value: number };

export type RequestOp =
  | ({ op: 'range' } & RangeRequest)
  | { op: 'put'; key: string; value: Uint8Array; lease?: string; prevKv?: boolean }
  | { op: 'deleteRange'; key: string; rangeEnd?: string; prevKv?: boolean };

export type ResponseOp =
  | ({ op: 'range' } & RangeResponse)
  | { op: 'put'; prevKv?: KeyValue }
  | { op: 'deleteRange'; deleted: number; prevKvs: KeyValue[] };

export interface TxnRequest {
  compare: Compare[];
  success: RequestOp[];
  failure: RequestOp[];
}

export interface TxnResponse {
  revision: number;
  succeeded: boolean;
  responses: ResponseOp[];
}

export interface WatchRequest {
  key: string;
  rangeEnd?: string;
  /** First revision to report; 0 or undefined: from the next one on. */
  startRevision?: number;
  prevKv?: boolean;
  /** Have etcd say how far it is when nothing happens. */
  progressNotify?: boolean;
}

export interface EtcdEvent {
  type: 'put' | 'delete';
  kv: KeyValue;
  prevKv?: KeyValue;
}

export interface WatchResponse {
  /**
   * Every event up to this revision has been reported. Of the first response: the store's revision when the watch
   * began, be there events to come from before it or not.
   */
  revision: number;
  /** Empty for a progress notification and for the first response, which says that the watch is there. */
  events: EtcdEvent[];
  /** Set on the last response, when the watch asked for revisions that are gone. */
  compactRevision?: number;
}

/**
 * Runs from the call of watch() on, and is iterated once. Ends after a response with `compactRevision`, after cancel()
 * or close(), or by throwing when the connection is lost.
 */
export interface EtcdWatch extends AsyncIterable<WatchResponse> {
  /** Asks for a response that says how far the watch is. */
  requestProgress(): void;
  cancel(): void;
}

/** Whose call it is: it is given up when its caller's work is. A RequestContext is one. */
export interface Caller {
  readonly signal: AbortSignal;
  throwIfAborted(): void;
}

export interface EtcdClient {
  /**
   * Whether the answer to requestProgress() never overtakes an event. Older servers' may (etcd before 3.4.25, 3.5.8):
   * then it must not be taken to say that a cache is fresh.
   */
  readonly supportsWatchProgress: boolean;
  range(request: RangeRequest, caller?: Caller): Promise<RangeResponse>;
  txn(request: TxnRequest, caller?: Caller): Promise<TxnResponse>;
  watch(request: WatchRequest): EtcdWatch;
  leaseGrant(ttlSeconds: number): Promise<string>;
  leaseRevoke(id: string): Promise<void>;
  /** Forgets what only revisions before this one need. */
  compact(revision: number): Promise<void>;
  /** Bytes that the database takes, at the member that is asked. */
  databaseSize(): Promise<number>;
  close(): void;
}

/** `revision` is below the compaction point. */
export class CompactedError extends Error {
  override name = 'CompactedError';
}

/** `revision` has not been reached. */
export class FutureRevisionError extends Error {
  override name = 'FutureRevisionError';
}

/** etcd refuses the request itself: no key, a key written twice in one txn, an unknown lease, too large. */
export class EtcdRequestError extends Error {
  override name = 'EtcdRequestError';
}

/** etcd cannot be reached, or did not answer. */
export class EtcdUnavailableError extends Error {
  override name = 'EtcdUnavailableError';
  /** Whether etcd may have done nevertheless what it was asked to. */
  readonly mayBeDone: boolean;

  constructor(message: string, { mayBeDone = false, ...options }: ErrorOptions & { mayBeDone?: boolean } = {}) {
    super(message, options);
    this.mayBeDone = mayBeDone;
  }
}

/** The end of the range of keys that start with `prefix`. */
export function prefixRangeEnd(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
