/**
 * Storage: where objects live, whatever holds them. The etcd store implements it; the cacher implements it again in
 * front of the etcd store.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/interfaces.go. Objects that come out are shared and must not be changed.
 */
import type { FieldSelector } from '../apimachinery/fields.ts';
import type { LabelSelector } from '../apimachinery/labels.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';

export interface Preconditions {
  uid?: string;
  resourceVersion?: string;
}

export type ResourceVersionMatch = '' | 'Exact' | 'NotOlderThan';

export interface GetOptions {
  /** '' reads the newest from etcd; '0' takes what the cache has; anything else is a lower bound. */
  resourceVersion: string;
  /** What a cache holds; it is the answer where etcd says that it is still the newest. */
  cachedExistingObject?: KubeObject;
}

/** Which objects a list or a watch wants: what is selected, and how much of it at once. */
export interface SelectionPredicate {
  label: LabelSelector;
  field: FieldSelector;
  /** The labels and the selectable fields of an object of this kind. */
  getAttrs(obj: KubeObject): { labels: Record<string, string>; fields: Record<string, string> };
  limit: number;
  continue: string;
  allowWatchBookmarks: boolean;
}

export interface ListOptions {
  resourceVersion: string;
  resourceVersionMatch: ResourceVersionMatch;
  predicate: SelectionPredicate;
  /** Of a watch: send the state first, then a bookmark that says so (`sendInitialEvents`). */
  sendInitialEvents?: boolean;
  /** Of a watch on etcd: pass its progress on as bookmarks. For the watch cache, not for clients. */
  progressNotify?: boolean;
  /** Of a watch: bookmarks and deadlines may be sent from here on, in ms since the epoch; undefined means no end. */
  deadline?: number;
}

export interface ListResult {
  items: KubeObject[];
  resourceVersion: string;
  continue: string;
  remainingItemCount?: number;
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

export interface WatchEvent {
  type: WatchEventType;
  /** For ERROR a Status. */
  object: KubeObject;
}

/**
 * A running watch: events in revision order, until it is stopped or it ends. A consumer that falls behind further than
 * the watch may buffer finds it ended.
 */
export interface Watch extends AsyncIterable<WatchEvent> {
  stop(): void;
  /** Of a watch on etcd: asks for a bookmark that says how far it is. */
  requestProgress?(): void;
}

/** Makes the new object from the current one (undefined: there is none); may throw a StatusError to give up. */
export type UpdateFunc = (current: KubeObject | undefined, ctx: RequestContext) => Promise<KubeObject> | KubeObject;

export interface UpdateOptions {
  /** Go on with no current object instead of failing with NotFound. */
  ignoreNotFound: boolean;
  preconditions?: Preconditions;
  tryUpdate: UpdateFunc;
  /** A state to try first, from a cache; on a conflict the current one is read. */
  cachedExistingObject?: KubeObject;
  /** How long what is written lives; events are the ones that age. */
  ttlSeconds?: number;
}

export interface DeleteOptions {
  preconditions?: Preconditions;
  /** Throws to refuse, seeing the object as it is at the moment of the delete. */
  validateDeletion(obj: KubeObject): Promise<void> | void;
  cachedExistingObject?: KubeObject;
  /** Delete it unread, whatever the other options say; what is answered then says nothing. */
  ignoreStoreReadError?: boolean;
}

/** How many objects of a kind there are, and how large they are. */
export interface StorageStats {
  objectCount: number;
  /** As they are stored. */
  estimatedAverageObjectSizeBytes: number;
}

/**
 * Keys start with the resource's prefix (`/configmaps/default/a`); a list's or watch's key ends with `/`, or names one
 * object. All methods throw StatusErrors (NotFound, AlreadyExists, Conflict, Expired, Timeout).
 */
export interface Storage {
  /** Whether a watch's `requestProgress` can be relied on to say that a cache is fresh. */
  readonly supportsWatchProgress: boolean;
  /** What etcd has forgotten, as far as anybody here knows; 0 for nothing. */
  readonly compactRevision: number;
  create(ctx: RequestContext, key: string, obj: KubeObject, ttlSeconds?: number): Promise<KubeObject>;
  get(ctx: RequestContext, key: string, options: GetOptions): Promise<KubeObject>;
  getList(ctx: RequestContext, key: string, options: ListOptions): Promise<ListResult>;
  watch(ctx: RequestContext, key: string, options: ListOptions): Promise<Watch>;
  /** Reads, lets `tryUpdate` make the new object, writes if nobody wrote in between, else starts again. Writes nothing when the bytes stay equal. */
  guaranteedUpdate(ctx: RequestContext, key: string, options: UpdateOptions): Promise<KubeObject>;
  /** Answers the deleted object, its resourceVersion that of the deletion. */
  delete(ctx: RequestContext, key: string, options: DeleteOptions): Promise<KubeObject>;
  /** The newest revision of the store. */
  getCurrentResourceVersion(ctx: RequestContext): Promise<number>;
  /** As far as is known without asking etcd. */
  stats(): StorageStats;
  /** Asks etcd which objects there are below a key, where nobody follows them. */
  refreshStats?(ctx: RequestContext, key: string): Promise<void>;
  /** Resolves once reads can be served. */
  readinessCheck(): Promise<void>;
  close(): void;
}
