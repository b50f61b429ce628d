/**
 * Serves a version of a kind from the storage of another: converts what goes in and what comes out.
 *
 * Upstream: no counterpart; there a store holds internal objects and every codec converts.
 */
import type { KubeList, KubeObject } from '../../apimachinery/types.ts';
import type { RequestContext } from '../../http/context.ts';
import type { Watch } from '../../storage/interfaces.ts';
import type { ListOptions, RESTStorage, TableConvertor, UpdatedObjectInfo } from '../rest.ts';
import type { Conversion } from './conversion.ts';

/** `inner` serves the stored version; of its methods those that it has are served. */
export function newConvertingREST(inner: RESTStorage, conversion: Conversion, table: TableConvertor): RESTStorage {
  const { toStorage, fromStorage: out } = conversion;
  const asked = (options: ListOptions): ListOptions => ({
    ...options,
    fieldSelector: options.fieldSelector.transform((field, value) => ({ field: conversion.field(field), value })),
  });
  const rest: RESTStorage = { namespaced: inner.namespaced, table };
  const { get, list, watch, create, update, delete: del, deleteCollection } = inner;
  if (get) rest.get = async (ctx, name, options) => out(await get(ctx, name, options));
  if (list) rest.list = async (ctx, options) => convertList(await list(ctx, asked(options)), out);
  if (watch) rest.watch = async (ctx, options) => convertWatch(await watch(ctx, asked(options)), out);
  if (create) {
    rest.create = async (ctx, obj, validate, options) => out(await create(ctx, toStorage(obj), (ctx, obj) => validate(ctx, out(obj)), options));
  }
  if (update) {
    rest.update = async (ctx, name, info, validateCreate, validateUpdate, options) => {
      const converting: UpdatedObjectInfo = {
        ...(info.preconditions && { preconditions: info.preconditions }),
        updatedObject: async (ctx: RequestContext, old) => toStorage(await info.updatedObject(ctx, old && out(old))),
      };
      const { object, created } = await update(ctx, name, converting, (ctx, obj) => validateCreate(ctx, out(obj)), (ctx, obj, old) => validateUpdate(ctx, out(obj), out(old)), options);
      return { object: out(object), created };
    };
  }
  if (del) {
    rest.delete = async (ctx, name, validate, options) => {
      const { object, deleted } = await del(ctx, name, (ctx, obj) => validate(ctx, out(obj)), options);
      return { object: object.kind === 'Status' ? object : out(object as KubeObject), deleted };
    };
  }
  if (deleteCollection) {
    rest.deleteCollection = async (ctx, validate, options, listOptions) =>
      convertList(await deleteCollection(ctx, (ctx, obj) => validate(ctx, out(obj)), options, asked(listOptions)), out);
  }
  return rest;
}

function convertList(list: KubeList, convert: Conversion['fromStorage']): KubeList {
  const items = list.items.map(convert);
  return { ...list, apiVersion: convert({ kind: list.kind, apiVersion: list.apiVersion, metadata: {} }).apiVersion, items };
}

function convertWatch(watch: Watch, convert: Conversion['fromStorage']): Watch {
  return {
    stop: () => watch.stop(),
    async *[Symbol.asyncIterator]() {
      for await (const event of watch) yield event.type === 'ERROR' ? event : { ...event, object: convert(event.object) };
    },
  };
}
