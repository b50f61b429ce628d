/**
 * Store is the registry of one resource: it turns the verbs into storage operations and keeps the rules that hold for
 * every kind. What a kind does differently is in its strategy.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/generic/registry/store.go. Deletion is in store-delete.ts. Leaves out the
 * begin and after hooks; strategies that allocate do it in prepareForCreate.
 */
import { deepCopy, semanticDeepEqual } from '../apimachinery/deep.ts';
import { generateName } from '../apimachinery/generate-name.ts';
import { isDNS1123Label, isPathSegmentName } from '../apimachinery/names.ts';
import { quote } from '../apimachinery/quote.ts';
import type { StorageCodec } from '../apimachinery/serializer/storage-codec.ts';
import type { GroupResource, GroupVersionKind, KubeList, KubeObject } from '../apimachinery/types.ts';
import { formatGroupVersion } from '../apimachinery/types.ts';
import type { Clock, RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { StatusError, isAlreadyExists, newBadRequest, newConflict, newGenerateNameConflict, newInvalid, newNotFound } from '../http/status.ts';
import { withSpan } from '../observe/tracing.ts';
import { parseObjectResourceVersion } from '../storage/api-object-versioner.ts';
import type { SelectionPredicate, Storage, Watch } from '../storage/interfaces.ts';
import type { WriteScope } from './before-write.ts';
import { beforeCreate, beforeUpdate, fillObjectMetaSystemFields } from './before-write.ts';
import { newDryRunStorage } from './dry-run.ts';
import type { WritableStorage } from './dry-run.ts';
import type { GetOptions, ListOptions, RESTStorage, TableConvertor, ValidateObjectFunc, WriteOptions } from './rest.ts';
import { deleteCollection, deleteObject, deleteWithoutFinalizers, shouldDeleteDuringUpdate } from './store-delete.ts';
import type { Strategy } from './strategy.ts';

/** With random endings, 8 tries make a collision unlikely up to a million names of one prefix. */
const MAX_NAME_GENERATION_ATTEMPTS = 8;
const OPTIMISTIC_LOCK_ERROR = 'the object has been modified; please apply your changes to the latest version and try again';

const code = (fn: string) => ({ fn: `Store.${fn}`, file: 'server/registry/store.ts' });

type UpdateParameters = Parameters<Required<RESTStorage>['update']>;

export interface StoreOptions {
  kind: GroupVersionKind;
  resource: GroupResource;
  namespaced: boolean;
  /** Where objects of this resource lie below the storage's root: `/configmaps`. */
  prefix: string;
  storage: Storage;
  /** What objects of the kind become by being stored. */
  codec: StorageCodec;
  strategy: Strategy;
  getAttrs: SelectionPredicate['getAttrs'];
  table: TableConvertor;
  clock: Clock;
}

export class Store implements RESTStorage, WriteScope {
  readonly kind: GroupVersionKind;
  readonly resource: GroupResource;
  readonly namespaced: boolean;
  readonly storage: Storage;
  readonly strategy: Strategy;
  readonly table: TableConvertor;
  readonly clock: Clock;
  readonly #options: StoreOptions;
  readonly #prefix: string;
  readonly #dryRun: WritableStorage;

  constructor(options: StoreOptions) {
    this.kind = options.kind;
    this.resource = options.resource;
    this.namespaced = options.namespaced;
    this.storage = options.storage;
    this.strategy = options.strategy;
    this.table = options.table;
    this.clock = options.clock;
    this.#options = options;
    this.#prefix = options.prefix;
    this.#dryRun = newDryRunStorage(options.storage, this.resource, options.codec);
  }

  /** The same objects, written by other rules: how a subresource such as status is made. */
  withStrategy(strategy: Strategy): Store {
    return new Store({ ...this.#options, strategy });
  }

  /** Where writes go: the storage, or for a dry run everything but the storage. */
  writes(dryRun: boolean): WritableStorage {
    return dryRun ? this.#dryRun : this.storage;
  }

  /** Upstream's NamespaceKeyFunc and NoNamespaceKeyFunc. */
  key(ctx: RequestContext, name: string): string {
    const { namespace } = requestInfoFrom(ctx);
    if (this.namespaced && namespace === '') throw newBadRequest('Namespace parameter required.');
    if (name === '') throw newBadRequest('Name parameter required.');
    const errors = isPathSegmentName(name);
    if (errors.length > 0) throw newBadRequest(`Name parameter invalid: ${quote(name)}: ${errors.join(';')}`);
    return this.namespaced ? `${this.#prefix}/${namespace}/${name}` : `${this.#prefix}/${name}`;
  }

  get(ctx: RequestContext, name: string, options: GetOptions): Promise<KubeObject> {
    return withSpan(ctx, 'Store.Get', code('get'), async (ctx) => this.storage.get(ctx, this.key(ctx, name), options));
  }

  list(ctx: RequestContext, options: ListOptions): Promise<KubeList> {
    return withSpan(ctx, 'Store.List', code('list'), (ctx) => this.#list(ctx, options));
  }

  async #list(ctx: RequestContext, options: ListOptions): Promise<KubeList> {
    const { items, ...metadata } = await this.storage.getList(ctx, this.#listKey(ctx, options), {
      resourceVersion: options.resourceVersion,
      resourceVersionMatch: options.resourceVersionMatch,
      predicate: this.#predicate(options),
    });
    const { resourceVersion, remainingItemCount } = metadata;
    return {
      kind: `${this.kind.kind}List`,
      apiVersion: formatGroupVersion(this.kind),
      metadata: { resourceVersion, ...(metadata.continue && { continue: metadata.continue }), ...(remainingItemCount !== undefined && { remainingItemCount }) },
      items,
    };
  }

  watch(ctx: RequestContext, options: ListOptions): Promise<Watch> {
    const watchOptions = {
      resourceVersion: options.resourceVersion,
      resourceVersionMatch: options.resourceVersionMatch,
      predicate: this.#predicate(options),
      ...(options.sendInitialEvents !== undefined && { sendInitialEvents: options.sendInitialEvents }),
      ...(ctx.deadline !== undefined && { deadline: ctx.deadline }),
    };
    return withSpan(ctx, 'Store.Watch', code('watch'), async (ctx) => this.storage.watch(ctx, this.#listKey(ctx, options), watchOptions));
  }

  create(ctx: RequestContext, obj: KubeObject, validate: ValidateObjectFunc, options: WriteOptions): Promise<KubeObject> {
    return withSpan(ctx, 'Store.Create', code('create'), (ctx) => this.#create(ctx, obj, validate, options));
  }

  async #create(ctx: RequestContext, obj: KubeObject, validate: ValidateObjectFunc, options: WriteOptions): Promise<KubeObject> {
    const attempts = obj.metadata.generateName && !obj.metadata.name ? MAX_NAME_GENERATION_ATTEMPTS : 1;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#createOnce(ctx, attempts > 1 ? deepCopy(obj) : obj, validate, options);
      } catch (err) {
        if (attempt === attempts || !isAlreadyExists(err)) throw err;
      }
    }
  }

  async #createOnce(ctx: RequestContext, obj: KubeObject, validate: ValidateObjectFunc, { dryRun }: WriteOptions): Promise<KubeObject> {
    const { metadata } = obj;
    fillObjectMetaSystemFields(obj, this.clock);
    if (metadata.generateName && !metadata.name) metadata.name = generateName(metadata.generateName);
    beforeCreate(ctx, obj, this);
    await validate(ctx, obj);
    const name = metadata.name ?? '';
    const key = this.key(ctx, name);
    try {
      return await this.writes(dryRun).create(ctx, key, obj, this.strategy.ttlSeconds);
    } catch (err) {
      if (!isAlreadyExists(err)) throw err;
      if (metadata.generateName) throw newGenerateNameConflict(this.resource, name, 1);
      const existing = await this.storage.get(ctx, key, { resourceVersion: '' }).catch(() => undefined);
      if (existing?.metadata.deletionTimestamp) throw beingDeleted(err);
      throw err;
    }
  }

  update(...[ctx, ...args]: UpdateParameters): Promise<{ object: KubeObject; created: boolean }> {
    return withSpan(ctx, 'Store.Update', code('update'), (ctx) => this.#update(ctx, ...args));
  }

  async #update(...[ctx, name, info, validateCreate, validateUpdate, options]: UpdateParameters): Promise<{ object: KubeObject; created: boolean }> {
    const key = this.key(ctx, name);
    const mayCreate = this.strategy.allowCreateOnUpdate || options.forceAllowCreate;
    let created = false;
    let finalized: KubeObject | undefined;
    const tryUpdate = async (existing: KubeObject | undefined, ctx: RequestContext): Promise<KubeObject> => {
      created = existing === undefined;
      if (!existing && !mayCreate) throw newNotFound(this.resource, name);
      const obj = await info.updatedObject(ctx, existing);
      if (!existing) {
        fillObjectMetaSystemFields(obj, this.clock);
        beforeCreate(ctx, obj, this);
        await validateCreate(ctx, obj);
        return obj;
      }
      this.#checkResourceVersion(obj, existing, name);
      beforeUpdate(ctx, obj, existing, this);
      keepManagedFieldsTimestamps(obj, existing);
      await validateUpdate(ctx, obj, existing);
      if (shouldDeleteDuringUpdate(obj, existing) && !this.strategy.keepsObject?.(obj)) {
        finalized = obj;
        throw new EmptiedFinalizers();
      }
      return obj;
    };
    try {
      const preconditions = info.preconditions;
      const object = await this.writes(options.dryRun).guaranteedUpdate(ctx, key, { ignoreNotFound: mayCreate, tryUpdate, ...(preconditions && { preconditions }) });
      return { object, created };
    } catch (err) {
      if (!(err instanceof EmptiedFinalizers) || !finalized) throw err;
      return { object: await deleteWithoutFinalizers(this, ctx, key, finalized, { ...options, ...(info.preconditions && { preconditions: info.preconditions }) }), created: false };
    }
  }

  /** An update says which state it was made from, or, where the kind allows it, that it does not care. */
  #checkResourceVersion(obj: KubeObject, existing: KubeObject, name: string): void {
    const wanted = parseObjectResourceVersion(obj);
    if (wanted === 0) {
      if (!this.strategy.allowUnconditionalUpdate) {
        const missing = { type: 'FieldValueInvalid', field: 'metadata.resourceVersion', body: 'Invalid value: 0: must be specified for an update' };
        throw newInvalid({ group: this.resource.group, kind: this.resource.resource }, name, [missing]);
      }
      if (existing.metadata.resourceVersion) obj.metadata.resourceVersion = existing.metadata.resourceVersion;
    } else if (wanted !== parseObjectResourceVersion(existing)) {
      throw newConflict(this.resource, name, OPTIMISTIC_LOCK_ERROR);
    }
  }

  delete = deleteObject;
  deleteCollection = deleteCollection;

  /**
   * Of the one object or the one namespace that the fields select, else of the collection. As upstream has it, further
   * pages are not narrowed: after the first page of a namespace selected so, the token counts from the whole kind.
   */
  #listKey(ctx: RequestContext, { fieldSelector, continue: token }: ListOptions): string {
    const selected = (field: string) => (token === '' && fieldSelector.requiresExactMatch(field)) || '';
    const wanted = selected('metadata.namespace');
    const namespace = requestInfoFrom(ctx).namespace || (isDNS1123Label(wanted).length === 0 ? wanted : '');
    const collection = this.namespaced && namespace !== '' ? `${this.#prefix}/${namespace}/` : `${this.#prefix}/`;
    const name = selected('metadata.name');
    const isOne = name !== '' && isPathSegmentName(name).length === 0 && (!this.namespaced || namespace !== '');
    return isOne ? `${collection}${name}` : collection;
  }

  #predicate({ labelSelector, fieldSelector, limit, continue: token, allowWatchBookmarks }: ListOptions): SelectionPredicate {
    return { label: labelSelector, field: fieldSelector, getAttrs: this.#options.getAttrs, limit, continue: token, allowWatchBookmarks };
  }
}

/** The update took the last finalizer of an object that is being deleted: it ends as a delete. */
class EmptiedFinalizers extends Error {}

function beingDeleted(err: unknown): unknown {
  if (err instanceof StatusError) err.status.message = `object is being deleted: ${err.status.message}`;
  return err;
}

/** A new time in managedFields alone is no change (upstream's IgnoreManagedFieldsTimestampsTransformer). */
function keepManagedFieldsTimestamps(obj: KubeObject, existing: KubeObject): void {
  const before = existing.metadata.managedFields;
  const after = obj.metadata.managedFields;
  if (!before || !after || before.length !== after.length) return;
  const untimed = (entries: typeof before) => entries.map(({ time: _time, ...rest }) => rest);
  if (!semanticDeepEqual(untimed(before), untimed(after))) return;
  const withOldTimes = { ...obj, metadata: { ...obj.metadata, managedFields: before } };
  if (semanticDeepEqual(withOldTimes, existing)) obj.metadata.managedFields = before;
}
