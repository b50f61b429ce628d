/**
 * What a resource can do. The API installer looks at which of these methods a storage has and installs just those
 * routes; the handlers in endpoints/ call them.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/rest/rest.go (Getter, Lister, Creater, Updater, Patcher, GracefulDeleter,
 * CollectionDeleter, Watcher, Connecter, TableConvertor), one optional method for each interface.
 */
import type { Request, Response } from 'express';
import type { KubeList, KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import type { Status } from '../http/status.ts';
import type { Preconditions, ResourceVersionMatch, SelectionPredicate, Watch } from '../storage/interfaces.ts';

export interface GetOptions {
  resourceVersion: string;
}

/** meta/v1 ListOptions after parsing; selectors are held in the predicate's place until the kind's attributes are known. */
export interface ListOptions {
  labelSelector: SelectionPredicate['label'];
  fieldSelector: SelectionPredicate['field'];
  resourceVersion: string;
  resourceVersionMatch: ResourceVersionMatch;
  limit: number;
  continue: string;
  timeoutSeconds?: number;
  allowWatchBookmarks: boolean;
  sendInitialEvents?: boolean;
  watch: boolean;
}

export interface WriteOptions {
  dryRun: boolean;
  fieldManager: string;
  fieldValidation: 'Ignore' | 'Warn' | 'Strict';
}

export interface DeleteOptions {
  dryRun: boolean;
  gracePeriodSeconds?: number;
  preconditions?: Preconditions;
  orphanDependents?: boolean;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  /** Delete what cannot be read. */
  ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
}

/** Admission's say about an object that is about to be written: throws to refuse. */
export type ValidateObjectFunc = (ctx: RequestContext, obj: KubeObject) => Promise<void>;
export type ValidateObjectUpdateFunc = (ctx: RequestContext, obj: KubeObject, old: KubeObject) => Promise<void>;

/** How an update makes its object from the one that is stored; run again after a conflict. */
export interface UpdatedObjectInfo {
  preconditions?: Preconditions;
  updatedObject(ctx: RequestContext, old: KubeObject | undefined): Promise<KubeObject>;
}

export interface Table {
  apiVersion: string;
  kind: 'Table';
  metadata: Record<string, unknown>;
  /** null where the headers were not wanted. */
  columnDefinitions: { name: string; type: string; format: string; description: string; priority: number }[] | null;
  rows: { cells: unknown[]; conditions?: unknown[]; object?: unknown }[];
}

/** Gives an object or a list its rows and columns (`kubectl get`). */
export interface TableConvertor {
  convertToTable(obj: KubeObject | KubeList, options: { noHeaders: boolean }): Table;
}

/** Takes a request over, as a stream or a proxy, where the other methods exchange objects. */
export interface Connecter {
  /** The methods of HTTP that it takes. */
  readonly methods: readonly string[];
  /** Whether the paths below its own are its too. */
  readonly tail: boolean;
  /** Media types of what it answers; any where there is no list. */
  readonly produces?: readonly string[];
  /** A `get` is no business of admission. */
  readonly verb: 'get' | 'connect';
  /** What the query asks for, as admission sees it. */
  options(query: URLSearchParams, path: string): KubeObject;
  connect(ctx: RequestContext, name: string, options: KubeObject, req: Request, res: Response): Promise<void>;
}

export interface RESTStorage {
  readonly namespaced: boolean;
  readonly table: TableConvertor;
  /** Whether what a subresource is sent to create keeps the metadata that otherwise only the server sets. */
  readonly preservesSystemFields?: boolean;
  /** Versions of the kind's group in which it may be sent, beside the one that is served; upstream's AcceptsGroupVersion. */
  readonly acceptedVersions?: readonly string[];
  get?(ctx: RequestContext, name: string, options: GetOptions): Promise<KubeObject>;
  list?(ctx: RequestContext, options: ListOptions): Promise<KubeList>;
  watch?(ctx: RequestContext, options: ListOptions): Promise<Watch>;
  create?(ctx: RequestContext, obj: KubeObject, validate: ValidateObjectFunc, options: WriteOptions): Promise<KubeObject>;
  /** Answers the object, and whether it was made by this update. */
  update?(
    ctx: RequestContext,
    name: string,
    info: UpdatedObjectInfo,
    validateCreate: ValidateObjectFunc,
    validateUpdate: ValidateObjectUpdateFunc,
    options: WriteOptions & { forceAllowCreate: boolean },
  ): Promise<{ object: KubeObject; created: boolean }>;
  /** Answers the object as it last was or as it goes on to be, and whether it is gone. */
  delete?(ctx: RequestContext, name: string, validate: ValidateObjectFunc, options: DeleteOptions): Promise<{ object: KubeObject | Status; deleted: boolean }>;
  connect?: Connecter;
  deleteCollection?(ctx: RequestContext, validate: ValidateObjectFunc, options: DeleteOptions, listOptions: ListOptions): Promise<KubeList>;
}
