/**
 * The etcd store: objects under keys, each write a transaction on the revision that it was made from.
 *
 * Upstream: k8s.io/apiserver/pkg/storage/etcd3/store.go. Upstream has
 * no spans around get and delete; `Get etcd3` and `Delete etcd3` are ours.
 */
import type { GroupResource, KubeObject } from '../../apimachinery/types.ts';
import type { Clock, RequestContext } from '../../http/context.ts';
import { newAlreadyExists, newNotFound } from '../../http/status.ts';
import { holdsSecrets } from '../../observe/secrets.ts';
import { KubeRegistry } from '../../observe/metrics/registry.ts';
import { addEvent, snapshot, withSpan } from '../../observe/tracing.ts';
import { objectResourceVersion, parseResourceVersion, prepareObjectForStorage } from '../api-object-versioner.ts';
import { nameFromKey, resourceVersionSetOnCreate } from '../errors.ts';
import type { DeleteOptions, GetOptions, ListOptions, ListResult, Storage, StorageStats, UpdateOptions, Watch } from '../interfaces.ts';
import { isRecursive } from '../list-options.ts';
import { checkPreconditions } from '../preconditions.ts';
import { prepareKey } from '../prepare-key.ts';
import type { Transformer } from '../value/transformer.ts';
import { identityTransformer } from '../value/transformer.ts';
import type { EtcdClient, RangeResponse } from './client.ts';
import { prefixRangeEnd } from './client.ts';
import { DecodeOnce } from './decode-once.ts';
import { LeaseManager } from './lease-manager.ts';
import { list, validateMinimumResourceVersion } from './list.ts';
import { countingDecodeErrors, newEtcdMetrics } from './metrics.ts';
import type { EtcdMetrics, EtcdStoreMetrics } from './metrics.ts';
import type { Codec, ObjectState, StoredForm } from './object-state.ts';
import { decodeAt, equalBytes, noObject, stateFromKeyValue, stateFromObject } from './object-state.ts';
import { optimisticDelete, optimisticPut } from './optimistic.ts';
import type { OptimisticResult, TxnTarget } from './optimistic.ts';
import { kvRange } from './rpc.ts';
import { ResourceSizeEstimator } from './stats.ts';
import { newWatchChan } from './watcher.ts';

export interface EtcdStoreOptions {
  client: EtcdClient;
  codec: Codec;
  /** Without one, what is stored is what the codec makes. */
  transformer?: Transformer;
  /** `/registry`; the resource's key follows. */
  pathPrefix: string;
  groupResource: GroupResource;
  /** An empty object of the stored kind, which bookmarks carry. */
  newFunc(): KubeObject;
  clock?: Clock;
  /** Seconds in which objects with a time to live share a lease. */
  leaseReuseDurationSeconds?: number;
  compactor?: { readonly revision: number };
  metrics?: EtcdMetrics;
}

const code = (fn: string) => ({ fn: `EtcdStore.${fn}`, file: 'server/storage/etcd/store.ts' });

export function newEtcdStore(options: EtcdStoreOptions): Storage {
  return new EtcdStore(options);
}

export class EtcdStore implements Storage {
  readonly supportsWatchProgress: boolean;
  readonly #client: EtcdClient;
  readonly #txns: TxnTarget;
  readonly #stored: StoredForm;
  readonly #metrics: EtcdStoreMetrics;
  readonly #decodeOnce = new DecodeOnce();
  readonly #pathPrefix: string;
  readonly #gr: GroupResource;
  readonly #newFunc: () => KubeObject;
  readonly #leases: LeaseManager;
  readonly #sizes = new ResourceSizeEstimator();
  readonly #compactor: EtcdStoreOptions['compactor'];

  constructor({ client, codec, transformer = identityTransformer, pathPrefix, groupResource, newFunc, clock = Date, leaseReuseDurationSeconds = 60, compactor, metrics = newEtcdMetrics(new KubeRegistry()) }: EtcdStoreOptions) {
    this.supportsWatchProgress = client.supportsWatchProgress;
    this.#client = client;
    this.#txns = { client, hidesValues: () => holdsSecrets(newFunc()) };
    this.#metrics = metrics.forResource(groupResource);
    this.#stored = { codec: countingDecodeErrors(codec, this.#metrics), transformer };
    this.#pathPrefix = pathPrefix;
    this.#gr = groupResource;
    this.#newFunc = newFunc;
    this.#leases = new LeaseManager(client, clock, leaseReuseDurationSeconds, metrics.leaseObjects);
    this.#compactor = compactor;
  }

  async create(ctx: RequestContext, key: string, obj: KubeObject, ttlSeconds = 0): Promise<KubeObject> {
    const preparedKey = prepareKey(this.#pathPrefix, key);
    return withSpan(ctx, 'Create etcd3', code('create'), async (ctx) => {
      if (objectResourceVersion(obj) !== 0) throw new Error(resourceVersionSetOnCreate);
      const data = this.#encode(ctx, obj);
      const { succeeded, revision } = await this.#put(ctx, 'create', preparedKey, data, 0, ttlSeconds);
      addEvent(ctx, 'Txn call succeeded');
      if (!succeeded) throw newAlreadyExists(this.#gr, nameFromKey(key));
      const created = this.#decodeOnce.decodeAt(preparedKey, revision, () => decodeAt(this.#stored.codec, data, revision));
      addEvent(ctx, 'decode succeeded', { len: data.length });
      return created;
    }, this.#attributes(ctx, key, obj));
  }

  get(ctx: RequestContext, key: string, { resourceVersion, cachedExistingObject }: GetOptions): Promise<KubeObject> {
    return withSpan(ctx, 'Get etcd3', code('get'), async (ctx) => {
      const preparedKey = prepareKey(this.#pathPrefix, key);
      const { kvs, revision } = await this.#metrics.request('get', () => kvRange(ctx, this.#client, { key: preparedKey }));
      snapshot(ctx, 'range', () => ({ key: preparedKey, revision, modRevision: kvs[0]?.modRevision, bytes: kvs[0]?.value.length }));
      validateMinimumResourceVersion(resourceVersion, revision);
      // the cache spares the decoding, not the question
      if (cachedExistingObject && objectResourceVersion(cachedExistingObject) === kvs[0]?.modRevision) return cachedExistingObject;
      return this.#stateOf(kvs[0], key, false).obj!;
    }, { key });
  }

  async getList(ctx: RequestContext, key: string, options: ListOptions): Promise<ListResult> {
    const keyPrefix = prepareKey(this.#pathPrefix, key);
    const { resourceVersion, resourceVersionMatch, predicate } = options;
    const attributes = { 'audit-id': ctx.auditID, key, resourceVersion, resourceVersionMatch, limit: predicate.limit, continue: predicate.continue };
    return withSpan(ctx, `List(recursive=${isRecursive(key)}) etcd3`, code('getList'), (ctx) => {
      const listed = { client: this.#client, stored: this.#stored, sizes: this.#sizes, metrics: this.#metrics, getCurrentResourceVersion: () => this.getCurrentResourceVersion(ctx) };
      return list(ctx, listed, keyPrefix, options);
    }, attributes);
  }

  async watch(ctx: RequestContext, key: string, options: ListOptions): Promise<Watch> {
    // how far it is behind cannot be told
    ctx.watchInitialized?.();
    return newWatchChan(ctx, {
      client: this.#client,
      stored: this.#stored,
      decodeOnce: this.#decodeOnce,
      sizes: this.#sizes,
      metrics: this.#metrics,
      newFunc: this.#newFunc,
      getCurrentResourceVersion: () => this.getCurrentResourceVersion(ctx),
      key: prepareKey(this.#pathPrefix, key),
      revision: parseResourceVersion(options.resourceVersion),
      options,
    });
  }

  async guaranteedUpdate(ctx: RequestContext, key: string, options: UpdateOptions): Promise<KubeObject> {
    const preparedKey = prepareKey(this.#pathPrefix, key);
    const { ignoreNotFound, preconditions, tryUpdate, cachedExistingObject, ttlSeconds = 0 } = options;
    return withSpan(ctx, 'GuaranteedUpdate etcd3', code('guaranteedUpdate'), async (ctx) => {
      let { state, isCurrent } = await this.#originalState(ctx, preparedKey, cachedExistingObject, ignoreNotFound);
      addEvent(ctx, 'initial value restored');
      for (;;) {
        let updated: KubeObject;
        try {
          checkPreconditions(preconditions, this.#gr, preparedKey, state.obj);
          updated = await tryUpdate(state.obj, ctx);
        } catch (err) {
          // what a stale state refuses, the current one may allow
          state = await this.#currentStateAfter(ctx, err, preparedKey, state, isCurrent, ignoreNotFound);
          isCurrent = true;
          continue;
        }
        const data = this.#encode(ctx, updated);
        if (!state.stale && equalBytes(data, state.data)) {
          if (!isCurrent) state = await this.#currentState(ctx, preparedKey, ignoreNotFound);
          isCurrent = true;
          if (state.stale || !equalBytes(data, state.data)) continue;
          return decodeAt(this.#stored.codec, data, state.revision);
        }
        addEvent(ctx, 'Transaction prepared');
        const { succeeded, revision, kv } = await this.#put(ctx, 'update', preparedKey, data, state.revision, ttlSeconds);
        addEvent(ctx, 'Txn call completed');
        addEvent(ctx, 'Transaction committed');
        if (succeeded) {
          const written = this.#decodeOnce.decodeAt(preparedKey, revision, () => decodeAt(this.#stored.codec, data, revision));
          addEvent(ctx, 'decode succeeded', { len: data.length });
          return written;
        }
        state = this.#stateOf(kv, preparedKey, ignoreNotFound);
        isCurrent = true;
        addEvent(ctx, 'Retry value restored');
      }
    }, this.#attributes(ctx, key, this.#newFunc()));
  }

  async delete(ctx: RequestContext, key: string, options: DeleteOptions): Promise<KubeObject> {
    const preparedKey = prepareKey(this.#pathPrefix, key);
    const { preconditions, validateDeletion, cachedExistingObject } = options;
    return withSpan(ctx, 'Delete etcd3', code('delete'), async (ctx) => {
      let { state, isCurrent } = await this.#originalState(ctx, preparedKey, cachedExistingObject, false);
      for (;;) {
        try {
          checkPreconditions(preconditions, this.#gr, preparedKey, state.obj);
          await validateDeletion(state.obj!);
        } catch (err) {
          state = await this.#currentStateAfter(ctx, err, preparedKey, state, isCurrent, false);
          isCurrent = true;
          continue;
        }
        const { succeeded, revision, kv } = await this.#metrics.request('delete', () => optimisticDelete(ctx, this.#txns, preparedKey, state.revision));
        if (succeeded) return decodeAt(this.#stored.codec, state.data!, revision);
        state = this.#stateOf(kv, preparedKey, false);
        isCurrent = true;
      }
    }, this.#attributes(ctx, key, this.#newFunc()));
  }

  async getCurrentResourceVersion(ctx: RequestContext): Promise<number> {
    return (await kvRange(ctx, this.#client, { key: `${this.#pathPrefix}/`, limit: 1, keysOnly: true })).revision;
  }

  get compactRevision(): number {
    return this.#compactor?.revision ?? 0;
  }

  stats(): StorageStats {
    return this.#sizes.stats();
  }

  async refreshStats(ctx: RequestContext, key: string): Promise<void> {
    const prefix = prepareKey(this.#pathPrefix, key);
    const { kvs } = await this.#metrics.request('listOnlyKeys', () => kvRange(ctx, this.#client, { key: prefix, rangeEnd: prefixRangeEnd(prefix), keysOnly: true }));
    this.#sizes.clean(kvs.map((kv) => kv.key));
  }

  readinessCheck(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}

  #attributes(ctx: RequestContext, key: string, { kind }: KubeObject) {
    return { 'audit-id': ctx.auditID, key, type: kind, group: this.#gr.group, resource: this.#gr.resource };
  }

  #encode(ctx: RequestContext, obj: KubeObject): Uint8Array {
    addEvent(ctx, 'About to Encode');
    const data = this.#stored.codec.encode(prepareObjectForStorage(obj));
    addEvent(ctx, 'Encode succeeded', { len: data.length });
    return data;
  }

  async #put(ctx: RequestContext, operation: 'create' | 'update', preparedKey: string, data: Uint8Array, expectedRevision: number, ttlSeconds: number): Promise<OptimisticResult> {
    const lease = ttlSeconds > 0 ? await this.#leases.getLease(ttlSeconds) : undefined;
    const value = this.#stored.transformer.transformToStorage(data, preparedKey);
    try {
      return await this.#metrics.request(operation, () => optimisticPut(ctx, this.#txns, preparedKey, value, expectedRevision, { lease, getOnFailure: operation === 'update' }));
    } catch (err) {
      addEvent(ctx, 'Txn call failed', { err: String(err) });
      throw err;
    }
  }

  #stateOf(kv: RangeResponse['kvs'][number] | undefined, key: string, ignoreNotFound: boolean): ObjectState {
    if (kv) return stateFromKeyValue(this.#stored, kv);
    if (!ignoreNotFound) throw newNotFound(this.#gr, nameFromKey(key));
    return noObject;
  }

  async #currentState(ctx: RequestContext, preparedKey: string, ignoreNotFound: boolean): Promise<ObjectState> {
    const { kvs } = await this.#metrics.request('get', () => kvRange(ctx, this.#client, { key: preparedKey }));
    return this.#stateOf(kvs[0], preparedKey, ignoreNotFound);
  }

  async #originalState(ctx: RequestContext, preparedKey: string, cached: KubeObject | undefined, ignoreNotFound: boolean) {
    if (cached) return { state: stateFromObject(this.#stored.codec, cached), isCurrent: false };
    return { state: await this.#currentState(ctx, preparedKey, ignoreNotFound), isCurrent: true };
  }

  /** The state to try again from after `err`; throws it when the state that it was about turns out to be current. */
  async #currentStateAfter(ctx: RequestContext, err: unknown, preparedKey: string, tried: ObjectState, isCurrent: boolean, ignoreNotFound: boolean) {
    if (isCurrent) throw err;
    const state = await this.#currentState(ctx, preparedKey, ignoreNotFound);
    if (state.revision === tried.revision) throw err;
    return state;
  }
}
