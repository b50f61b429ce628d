/**
 * Deletes what has lost its owners. An owner may also wait until its dependents are gone (foreground), or leave them behind
 * (orphan); finalizers say so.
 *
 * Upstream: pkg/controller/garbagecollector. Leaves out remembering owners that were not found, and events.
 */
import type { KubeObject, OwnerReference } from '../../apimachinery/types.ts';
import { isConflict, isNotFound } from '../../http/status.ts';
import { until } from '../clock.ts';
import { newRateLimitingQueue } from '../rate-limiting-queue.ts';
import { runWorkers } from '../run-workers.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { ignoreNotFound } from './controller.ts';
import type { Item } from './owner-graph.ts';
import { newOwnerGraph } from './owner-graph.ts';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';
const DISCOVERY_PERIOD = 30_000;

const has = ({ metadata }: KubeObject, finalizer: string) => (metadata.finalizers ?? []).includes(finalizer);
const isBeingDeleted = ({ metadata }: KubeObject) => metadata.deletionTimestamp !== undefined;
const isDeletingDependents = (object: KubeObject) => isBeingDeleted(object) && has(object, FOREGROUND);

export function newGarbageCollector(context: ControllerContext): Controller {
  const { client, metadataClient, informers, clock, log } = context;
  const queue = newRateLimitingQueue<string>(clock);
  /** Where what is in the queue was last seen. */
  const items = new Map<string, Item>();
  const graph = newOwnerGraph(context, observe);

  return {
    async run(signal) {
      // its own informers are many; the others' first
      await informers.waitForCacheSync(signal);
      const discover = () => graph.sync(signal).catch((err: unknown) => log.error(err, 'garbage-collector-controller: discovery'));
      await discover();
      await Promise.all([until(clock, DISCOVERY_PERIOD, signal, discover), runWorkers({ name: 'garbage-collector-controller', queue, sync, workers: 20, log }, signal)]);
    },
  };

  function enqueue(item: Item): void {
    const uid = item.object.metadata.uid ?? '';
    items.set(uid, item);
    queue.add(uid);
  }

  function observe(event: 'add' | 'update' | 'delete', item: Item, before?: KubeObject): void {
    const { metadata: { uid = '', ownerReferences = [] } } = item.object;
    // an owner that waits may have waited for this
    const waiting = [...ownerReferences, ...(before?.metadata.ownerReferences ?? [])].flatMap((owner) => graph.get(owner.uid) ?? []).filter(({ object }) => isDeletingDependents(object));
    waiting.forEach(enqueue);
    if (event === 'delete') return graph.dependents(uid).forEach(enqueue);
    const waits = isBeingDeleted(item.object) && (has(item.object, ORPHAN) || has(item.object, FOREGROUND));
    // an owner that nobody has seen may be gone, or be still to come: that is asked
    const isUnknown = (owner: OwnerReference) => graph.get(owner.uid)?.object.metadata.name !== owner.name;
    if (waits || waiting.length > 0 || ownerReferences.some(isUnknown)) enqueue(item);
  }

  async function sync(uid: string): Promise<void> {
    const item = graph.get(uid) ?? items.get(uid);
    if (!item) return;
    try {
      await attemptToDelete(uid, item);
    } catch (err) {
      // another version, or none: its event is on the way
      if (isConflict(err)) return queue.addRateLimited(uid);
      if (!isNotFound(err)) throw err;
    }
    items.delete(uid);
  }

  async function attemptToDelete(uid: string, { resource, object }: Item): Promise<void> {
    const api = metadataClient.resource(resource, object.metadata.namespace);
    const latest = await api.get(object.metadata.name ?? '');
    if (latest.metadata.uid !== uid) return;
    if (isBeingDeleted(latest)) {
      if (has(latest, ORPHAN)) return orphanDependents({ resource, object: latest });
      if (has(latest, FOREGROUND)) return deleteDependents({ resource, object: latest });
      return;
    }
    const { ownerReferences = [], resourceVersion = '', name = '' } = latest.metadata;
    if (ownerReferences.length === 0) return;
    const owners = await classify(ownerReferences, latest);
    if (!owners) return;
    const { solid, others, waiting } = owners;
    if (solid.length > 0) {
      if (others.length > 0) await setOwners({ resource, object: latest }, solid);
      return;
    }
    const dependents = waiting ? graph.dependents(uid) : [];
    // of owners that wait for one another in a circle one has to stop
    if (dependents.some(({ object }) => isDeletingDependents(object)) && ownerReferences.some(({ blockOwnerDeletion }) => blockOwnerDeletion)) {
      return setOwners({ resource, object: latest }, ownerReferences.map((reference) => ({ ...reference, blockOwnerDeletion: false })));
    }
    const propagationPolicy = dependents.length > 0 ? 'Foreground' : has(latest, ORPHAN) ? 'Orphan' : has(latest, FOREGROUND) ? 'Foreground' : 'Background';
    await client.resource(resource, latest.metadata.namespace).delete(name, { propagationPolicy, preconditions: { uid, resourceVersion } });
  }

  /** Owners that are there, and those that are gone or wait for their dependents to go; undefined for references that say nothing. */
  async function classify(references: readonly OwnerReference[], { metadata: { namespace = '' } }: KubeObject): Promise<{ solid: OwnerReference[]; others: OwnerReference[]; waiting: boolean } | undefined> {
    const solid: OwnerReference[] = [];
    const others: OwnerReference[] = [];
    let waiting = false;
    for (const reference of references) {
      const resource = graph.resourceOf(reference);
      if (!resource) throw new Error(`no matches for kind "${reference.kind}" in version "${reference.apiVersion}"`);
      // what is in no namespace has no owner in one
      if (resource.namespaced && namespace === '') return undefined;
      const owner = await find(resource, resource.namespaced ? namespace : '', reference);
      if (owner === undefined || isDeletingDependents(owner)) others.push(reference);
      else solid.push(reference);
      waiting ||= owner !== undefined && isDeletingDependents(owner);
    }
    return { solid, others, waiting };
  }

  async function find(resource: Item['resource'], namespace: string, { name, uid }: OwnerReference): Promise<KubeObject | undefined> {
    const owner = await metadataClient.resource(resource, namespace).get(name).catch((err: unknown): undefined => {
      if (!isNotFound(err)) throw err;
    });
    return owner?.metadata.uid === uid ? owner : undefined;
  }

  async function orphanDependents(owner: Item): Promise<void> {
    const { uid = '' } = owner.object.metadata;
    await Promise.all(graph.dependents(uid).map((dependent) => ignoreNotFound(setOwners(dependent, (dependent.object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid)))));
    await removeFinalizer(owner, ORPHAN);
  }

  /** All of them go; those that say that they keep it have to go first. */
  async function deleteDependents(owner: Item): Promise<void> {
    const { uid = '' } = owner.object.metadata;
    const isBlocking = ({ object }: Item) => (object.metadata.ownerReferences ?? []).some((reference) => reference.uid === uid && reference.blockOwnerDeletion);
    const dependents = graph.dependents(uid);
    if (!dependents.some(isBlocking)) await removeFinalizer(owner, FOREGROUND);
    for (const dependent of dependents) if (!isBeingDeleted(dependent.object)) enqueue(dependent);
  }

  /** Refused as a conflict where somebody has written in between. */
  async function setOwners({ resource, object: { metadata: { name = '', namespace, uid, resourceVersion } } }: Item, ownerReferences: readonly OwnerReference[]): Promise<void> {
    await client.resource(resource, namespace).patch(name, 'merge-patch', { metadata: { uid, resourceVersion, ownerReferences } });
  }

  async function removeFinalizer({ resource, object: { metadata: { name = '', namespace, uid, resourceVersion, finalizers = [] } } }: Item, finalizer: string): Promise<void> {
    await ignoreNotFound(client.resource(resource, namespace).patch(name, 'merge-patch', { metadata: { uid, resourceVersion, finalizers: finalizers.filter((each) => each !== finalizer) } }));
  }
}
