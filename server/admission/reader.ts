/**
 * How plugins look at other objects: in the watch cache, which may be a moment behind.
 *
 * Upstream: the informers' listers that plugins are given (WantsExternalKubeInformerFactory), and the client for what
 * they do not have yet.
 */
import { everythingFields } from '../apimachinery/fields.ts';
import { everythingLabels } from '../apimachinery/labels.ts';
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import { isNotFound } from '../http/status.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { withRequest } from '../registry/core/with-request.ts';
import { lookup } from '../registry/lookup.ts';
import type { ListOptions } from '../registry/rest.ts';

export interface Reader {
  /** Undefined where there is none, not even in storage. */
  get(ctx: RequestContext, namespace: string, name: string): Promise<KubeObject | undefined>;
  list(ctx: RequestContext): Promise<KubeObject[]>;
}

const CACHED: ListOptions = {
  labelSelector: everythingLabels,
  fieldSelector: everythingFields,
  resourceVersion: '0',
  resourceVersionMatch: '',
  limit: 0,
  continue: '',
  allowWatchBookmarks: false,
  watch: false,
};

export function newReader(rest: RESTProvider, group: string, resource: string): Reader {
  const { get, list } = lookup(rest, group, resource);
  return {
    async get(ctx, namespace, name) {
      const inner = withRequest(ctx, 'get', namespace);
      return (await found(get(inner, name, { resourceVersion: '0' }))) ?? found(get(inner, name, { resourceVersion: '' }));
    },
    list: async (ctx) => (await list(withRequest(ctx, 'list', ''), CACHED)).items,
  };
}

async function found(read: Promise<KubeObject>): Promise<KubeObject | undefined> {
  try {
    return await read;
  } catch (err) {
    if (isNotFound(err)) return undefined;
    throw err;
  }
}
