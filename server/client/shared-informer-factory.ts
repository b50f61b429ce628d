/**
 * The informers of a process: one for each resource, however many ask for it.
 *
 * Upstream: k8s.io/client-go/informers (SharedInformerFactory).
 */
import type { KubeObject } from '../apimachinery/types.ts';
import type { Logger } from '../observe/logger.ts';
import type { WithDelayedExecution } from './clock.ts';
import type { Lister } from './lister.ts';
import { newLister } from './lister.ts';
import type { APIResource, RESTClient } from './rest-client.ts';
import type { SharedIndexInformer } from './shared-informer.ts';
import { newSharedIndexInformer, waitForCacheSync } from './shared-informer.ts';
import { NAMESPACE_INDEX, metaNamespaceIndexFunc } from './store.ts';

export interface GenericInformer<T extends KubeObject> {
  informer: SharedIndexInformer<T>;
  lister: Lister<T>;
}

export interface SharedInformerFactory {
  /** The informer of a resource; those that are asked for later run from the next `start` on. */
  forResource<T extends KubeObject>(resource: APIResource<T>): GenericInformer<T>;
  /** Starts those that do not run yet. */
  start(signal: AbortSignal): void;
  waitForCacheSync(signal: AbortSignal): Promise<boolean>;
  /** Resolves when all have ended. */
  shutdown(): Promise<void>;
}

export interface SharedInformerFactoryOptions {
  client: RESTClient;
  clock: WithDelayedExecution;
  log: Logger;
  random?: () => number;
  /** Milliseconds; 0, or none, for no resync. */
  resyncPeriod?: number;
}

export function newSharedInformerFactory({ client, ...options }: SharedInformerFactoryOptions): SharedInformerFactory {
  const informers = new Map<string, SharedIndexInformer<KubeObject>>();
  const running = new Map<SharedIndexInformer<KubeObject>, Promise<void>>();

  function informerFor(resource: APIResource): SharedIndexInformer<KubeObject> {
    const name = [resource.group, resource.version, resource.resource].join('/');
    const known = informers.get(name);
    if (known) return known;
    const informer = newSharedIndexInformer<KubeObject>(client.resource(resource), { ...options, name, indexers: { [NAMESPACE_INDEX]: metaNamespaceIndexFunc } });
    informers.set(name, informer);
    return informer;
  }

  return {
    forResource<T extends KubeObject>(resource: APIResource<T>) {
      // the informer of a resource holds what the resource says it has
      const informer = informerFor(resource) as unknown as SharedIndexInformer<T>;
      return { informer, lister: newLister(informer.getIndexer(), resource) };
    },
    start(signal) {
      for (const informer of informers.values()) if (!running.has(informer)) running.set(informer, informer.run(signal));
    },
    waitForCacheSync: (signal) => waitForCacheSync(signal, ...running.keys()),
    async shutdown() {
      await Promise.all(running.values());
    },
  };
}
