/**
 * Who owns whom, over all resources that can be watched and deleted: metadata in informers, with indexes by uid and by
 * owner.
 *
 * Upstream: pkg/controller/garbagecollector/graph_builder.go, which keeps nodes and edges, and owners that it has only
 * heard of.
 */
import type { KubeObject, OwnerReference } from '../../apimachinery/types.ts';
import { parseGroupVersion } from '../../apimachinery/types.ts';
import type { DiscoveredResource } from '../discovery.ts';
import { serverPreferredResources } from '../discovery.ts';
import type { ResourceEventHandler } from '../processor-listener.ts';
import type { SharedIndexInformer } from '../shared-informer.ts';
import { newSharedIndexInformer, waitForCacheSync } from '../shared-informer.ts';
import { lastKnown } from '../the-real-fifo.ts';
import type { ControllerContext } from './controller.ts';
import { tracedHandler } from './traced-informers.ts';

/** An object and where it is. */
export interface Item {
  resource: DiscoveredResource;
  object: KubeObject;
}

export interface OwnerGraph {
  get(uid: string): Item | undefined;
  dependents(uid: string): Item[];
  /** Where the objects of an owner's kind are; undefined for one that the server does not have. */
  resourceOf(owner: OwnerReference): DiscoveredResource | undefined;
  /** Follows the resources that the server has now, and no others. Resolves when all are known. */
  sync(signal: AbortSignal): Promise<void>;
}

/** `before` is an object that is changed as it was. */
export type Observe = (event: 'add' | 'update' | 'delete', item: Item, before?: KubeObject) => void;

const IGNORED = ['/events', 'events.k8s.io/events'];
const VERBS = ['list', 'watch', 'delete'];
const indexers = {
  uid: ({ metadata }: KubeObject) => [metadata.uid ?? ''],
  owner: ({ metadata: { ownerReferences = [] } }: KubeObject) => ownerReferences.map(({ uid }) => uid),
};

export function newOwnerGraph({ client, metadataClient, clock, tracer, log }: ControllerContext, observe: Observe): OwnerGraph {
  const monitors = new Map<string, { resource: DiscoveredResource; informer: SharedIndexInformer<KubeObject>; stop: AbortController }>();
  let known: DiscoveredResource[] = [];

  const find = (index: string, value: string): Item[] => [...monitors.values()].flatMap(({ resource, informer }) => informer.getIndexer().byIndex(index, value).map((object) => ({ resource, object })));

  function start(key: string, resource: DiscoveredResource, signal: AbortSignal): void {
    const stop = new AbortController();
    const informer = newSharedIndexInformer(metadataClient.resource(resource), { name: `${key} (metadata)`, clock, log, indexers });
    const handler: ResourceEventHandler<KubeObject> = {
      onAdd: (object) => observe('add', { resource, object }),
      onUpdate: (before, object) => observe('update', { resource, object }, before),
      onDelete: (object) => observe('delete', { resource, object: lastKnown(object) }),
    };
    informer.addEventHandler(tracedHandler(handler, resource, 'garbage-collector-controller', tracer));
    monitors.set(key, { resource, informer, stop });
    void informer.run(AbortSignal.any([signal, stop.signal]));
  }

  return {
    get: (uid) => find('uid', uid)[0],
    dependents: (uid) => find('owner', uid),
    resourceOf({ apiVersion, kind }) {
      const group = parseGroupVersion(apiVersion)?.group;
      return known.find((each) => each.group === group && each.kind === kind);
    },
    async sync(signal) {
      known = await serverPreferredResources(client);
      const wanted = new Map(known.filter(({ verbs }) => VERBS.every((verb) => verbs.includes(verb))).map((each) => [`${each.group}/${each.resource}`, each]));
      for (const [key, { stop }] of monitors) {
        if (wanted.has(key)) continue;
        stop.abort();
        monitors.delete(key);
      }
      for (const [key, resource] of wanted) if (!monitors.has(key) && !IGNORED.includes(key)) start(key, resource, signal);
      await waitForCacheSync(signal, ...[...monitors.values()].map(({ informer }) => informer));
    },
  };
}
