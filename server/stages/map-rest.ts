/**
 * Every resource kept in a Map, as the handler stage keeps ConfigMaps: what the mux leads to before there is a registry.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/rest/rest.go, the interfaces alone.
 */
import { formatGroupVersion } from '../apimachinery/types.ts';
import type { Clock } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { newTableConvertor } from '../registry/printers/table-convertor.ts';
import type { RESTStorage } from '../registry/rest.ts';
import type { WatchEvent } from '../storage/interfaces.ts';
import { ObjectMap } from './object-map.ts';

export function newMapRESTProvider(clock: Clock): RESTProvider {
  return (gv, { resource, scope, verbs, responseKind }, subresource) => {
    if (subresource !== '' || !verbs.includes('watch')) return undefined;
    const objects = new ObjectMap({ group: gv.group, resource });
    const rest: RESTStorage = {
      namespaced: scope === 'Namespaced',
      table: newTableConvertor({ ...gv, resource }, clock),
      get: async (ctx, name) => objects.get(requestInfoFrom(ctx).namespace, name),
      list: async (ctx) => ({ kind: `${responseKind.kind}List`, apiVersion: formatGroupVersion(gv), metadata: {}, items: objects.list(requestInfoFrom(ctx).namespace) }),
      watch: async (ctx) => follow(objects, requestInfoFrom(ctx).namespace),
      create: async (ctx, object) => objects.create(requestInfoFrom(ctx).namespace, object),
      delete: async (ctx, name) => ({ object: objects.delete(requestInfoFrom(ctx).namespace, name), deleted: true }),
    };
    return rest;
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
