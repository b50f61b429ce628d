/**
 * Every resource kept in a Map, as the handler stage keeps ConfigMaps: what the mux leads to before there is a registry.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/rest/rest.go, the interfaces alone. Leaves out all options: selectors, pages,
 * dry run.
 */
import type { APIResourceFacts } from '../apimachinery/facts/facts.ts';
import { withoutManagedFields } from '../apimachinery/managedfields/object-managed-fields.ts';
import { formatGroupVersion } from '../apimachinery/types.ts';
import type { GroupVersionResource } from '../apimachinery/types.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import type { Conversion } from '../registry/conversion/conversion.ts';
import { newConvertingREST } from '../registry/conversion/converting-rest.ts';
import type { RESTStorage, TableConvertor } from '../registry/rest.ts';
import type { WatchEvent } from '../storage/interfaces.ts';
import { ObjectMap } from './object-map.ts';

export interface MapRESTOptions {
  /** Rows and columns of a resource. */
  table(gvr: GroupVersionResource): TableConvertor;
  /** How the objects of a version are kept as those of another; without it each version has a Map of its own. */
  conversionOf?(gvr: GroupVersionResource): Conversion | undefined;
}

export function newMapRESTProvider({ table, conversionOf = () => undefined }: MapRESTOptions): RESTProvider {
  const kept = new Map<string, RESTStorage>();

  function mapOf(gvr: GroupVersionResource, facts: APIResourceFacts): RESTStorage {
    const id = `${formatGroupVersion(gvr)}/${gvr.resource}`;
    const rest = kept.get(id) ?? newMapREST(gvr, facts, table(gvr));
    kept.set(id, rest);
    return rest;
  }

  return (gv, facts, subresource) => {
    if (subresource !== '' || !facts.verbs.includes('watch')) return undefined;
    const served = { ...gv, resource: facts.resource };
    const conversion = conversionOf(served);
    if (!conversion) return mapOf(served, facts);
    return newConvertingREST(mapOf(conversion.storage, facts), conversion, table(served));
  };
}

function newMapREST(gvr: GroupVersionResource, { scope, responseKind }: APIResourceFacts, table: TableConvertor): RESTStorage {
  const objects = new ObjectMap(gvr);
  return {
    namespaced: scope === 'Namespaced',
    table,
    get: async (ctx, name) => objects.get(requestInfoFrom(ctx).namespace, name),
    list: async (ctx) => ({ kind: `${responseKind.kind}List`, apiVersion: formatGroupVersion(gvr), metadata: {}, items: objects.list(requestInfoFrom(ctx).namespace) }),
    watch: async (ctx) => follow(objects, requestInfoFrom(ctx).namespace),
    // who set which field matters where objects can change
    create: async (ctx, object) => objects.create(requestInfoFrom(ctx).namespace, withoutManagedFields(object)),
    delete: async (ctx, name) => ({ object: objects.delete(requestInfoFrom(ctx).namespace, name), deleted: true }),
  };
}

/** Events that may wait for a slow watcher. */
const MOST_WAITING = 100;

/** What is there, then what changes, until it is stopped or too far behind. */
function follow(objects: ObjectMap, namespace: string) {
  const events: WatchEvent[] = objects.list(namespace).map((object) => ({ type: 'ADDED', object }));
  let wake: () => void = () => undefined;
  let stopped = false;
  const leave = objects.onChange((event) => {
    if (namespace === '' || event.object.metadata.namespace === namespace) events.push(event);
    if (events.length > MOST_WAITING) stop();
    wake();
  });
  function stop(): void {
    stopped = true;
    leave();
    wake();
  }
  return {
    stop,
    async *[Symbol.asyncIterator]() {
      while (!stopped) {
        yield* events.splice(0);
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (stopped || events.length > 0) resolve();
        });
      }
    },
  };
}
