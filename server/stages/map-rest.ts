/**
 * Every resource kept in a Map, as the handler stage keeps ConfigMaps: what a path leads to before there is a registry.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/rest/rest.go, the interfaces alone. Leaves out all options but selectors:
 * pages, dry run.
 */
import type { APIResourceFacts } from '../apimachinery/facts/facts.ts';
import { withoutManagedFields } from '../apimachinery/managedfields/object-managed-fields.ts';
import { formatGroupResource, formatGroupVersion } from '../apimachinery/types.ts';
import type { GroupResource, GroupVersionResource, KubeObject } from '../apimachinery/types.ts';
import type { Clock, RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { selectableFields } from '../registry/attributes.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import type { Conversion } from '../registry/conversion/conversion.ts';
import { newConvertingREST } from '../registry/conversion/converting-rest.ts';
import { newTokenREST } from '../registry/core/service-account-token.ts';
import type { TokenIssuer } from '../registry/core/service-account-token.ts';
import { lookup } from '../registry/lookup.ts';
import { newTableConvertor } from '../registry/printers/table-convertor.ts';
import type { ListOptions, RESTStorage, TableConvertor } from '../registry/rest.ts';
import type { WatchEvent } from '../storage/interfaces.ts';
import { ObjectMap } from './object-map.ts';

export interface MapRESTOptions {
  clock: Clock;
  /** Rows and columns of a resource; names and times where nothing is said. */
  table?(gvr: GroupVersionResource): TableConvertor;
  /** How the objects of a version are kept as those of another; without it each version has a Map of its own. */
  conversionOf?(gvr: GroupVersionResource): Conversion | undefined;
  /** Resources that are no objects in a Map: reviews. */
  virtual: Record<string, RESTStorage>;
  tokenIssuer: TokenIssuer;
  /** Makes more of a resource than its Map. */
  wrap?: Wrap;
}

export type Wrap = (resource: GroupResource, rest: RESTStorage, objects: ObjectMap, provider: RESTProvider) => RESTStorage;

export function inTurn(...wraps: Wrap[]): Wrap {
  return (resource, rest, objects, provider) => wraps.reduce((made, wrap) => wrap(resource, made, objects, provider), rest);
}

/** No kind's columns: a table has names and times. */
const NO_RESOURCE = { group: '', version: '', resource: '' };

export function newMapRESTProvider({ clock, table = () => newTableConvertor(NO_RESOURCE, clock), conversionOf = () => undefined, virtual, tokenIssuer, wrap = (_, rest) => rest }: MapRESTOptions): RESTProvider {
  const kept = new Map<string, RESTStorage>();

  function mapOf(gvr: GroupVersionResource, facts: APIResourceFacts): RESTStorage {
    const id = `${formatGroupVersion(gvr)}/${gvr.resource}`;
    const known = kept.get(id);
    if (known) return known;
    const objects = new ObjectMap(gvr);
    const rest = wrap({ group: gvr.group, resource: gvr.resource }, newMapREST(gvr, facts, objects, table(gvr)), objects, provider);
    kept.set(id, rest);
    return rest;
  }

  function tokensOf(accounts: GroupVersionResource): RESTStorage {
    const stored = (resource: string, namespaced = true) => ({ ...lookup(provider, '', resource), namespaced, clock });
    return newTokenREST({ serviceAccounts: stored('serviceaccounts'), pods: stored('pods'), secrets: stored('secrets'), nodes: stored('nodes', false) }, tokenIssuer, table(accounts));
  }

  function provider(...[gv, facts, subresource]: Parameters<RESTProvider>): RESTStorage | undefined {
    const served = { ...gv, resource: facts.resource };
    const name = formatGroupResource(served);
    if (name === 'serviceaccounts' && subresource === 'token') return tokensOf(served);
    if (subresource !== '') return undefined;
    if (virtual[name]) return virtual[name];
    if (!facts.verbs.includes('watch')) return undefined;
    const conversion = conversionOf(served);
    if (!conversion) return mapOf(served, facts);
    return newConvertingREST(mapOf(conversion.storage, facts), conversion, table(served));
  }

  return provider;
}

function newMapREST(gvr: GroupVersionResource, { scope, responseKind }: APIResourceFacts, objects: ObjectMap, table: TableConvertor): RESTStorage {
  const namespaced = scope === 'Namespaced';
  // a binding in a namespace may look for a role of the cluster
  const namespaceOf = (ctx: RequestContext) => (namespaced ? requestInfoFrom(ctx).namespace : '');
  return {
    namespaced,
    table,
    get: async (ctx, name) => objects.get(namespaceOf(ctx), name),
    async list(ctx, options) {
      const items = objects.list(namespaceOf(ctx)).filter(selectedBy(gvr, namespaced, options));
      return { kind: `${responseKind.kind}List`, apiVersion: formatGroupVersion(gvr), metadata: {}, items };
    },
    watch: async (ctx, options) => {
      ctx.watchInitialized?.();
      return follow(objects, namespaceOf(ctx), selectedBy(gvr, namespaced, options));
    },
    // who set which field matters where objects can change
    create: async (ctx, object) => objects.create(namespaceOf(ctx), withoutManagedFields(object)),
    delete: async (ctx, name) => ({ object: objects.delete(namespaceOf(ctx), name), deleted: true }),
  };
}

/** What may be listed can depend on the selector: it must not be passed over. */
function selectedBy(resource: GroupResource, namespaced: boolean, { labelSelector, fieldSelector }: ListOptions): (object: KubeObject) => boolean {
  const { getAttrs } = selectableFields(formatGroupResource(resource), namespaced);
  return (object) => {
    const { labels, fields } = getAttrs(object);
    return labelSelector.matches(labels) && fieldSelector.matches(fields);
  };
}

/** Events that may wait for a slow watcher. */
const MOST_WAITING = 100;

/** What is there, then what changes, until it is stopped or too far behind. */
function follow(objects: ObjectMap, namespace: string, selected: (object: KubeObject) => boolean) {
  const events: WatchEvent[] = objects.list(namespace).filter(selected).map((object) => ({ type: 'ADDED', object }));
  let wake: () => void = () => undefined;
  let stopped = false;
  const leave = objects.onChange((event) => {
    if ((namespace === '' || event.object.metadata.namespace === namespace) && selected(event.object)) events.push(event);
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
