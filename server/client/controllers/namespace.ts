/**
 * Ends a namespace that is being deleted: deletes all that is in it, Pods first, and then takes away the finalizer that
 * keeps it.
 *
 * Upstream: pkg/controller/namespace. It looks again after an estimate of what Pods need; ours is told when one is gone.
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import { formatGroupResource } from '../../apimachinery/types.ts';
import { isNotFound } from '../../http/status.ts';
import type { DiscoveredResource } from '../discovery.ts';
import { serverPreferredResources } from '../discovery.ts';
import { setCondition } from './conditions.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { newQueueController } from './controller.ts';
import { isPodTerminal } from './pods.ts';
import { NAMESPACES, PODS } from './resources.ts';
import type { Condition, Namespace } from './types.ts';

const FINALIZER = 'kubernetes';
const LOOK_AGAIN = 8_000;

interface Remaining {
  resource: DiscoveredResource;
  count: number;
  finalizers: string[];
}

interface Content {
  /** What the namespace's conditions tell of. */
  remaining: Remaining[];
  isEmpty: boolean;
  failures: unknown[];
}

const isPods = ({ group, resource }: DiscoveredResource) => group === '' && resource === 'pods';

/** What each condition says when all is well, and when it is not. */
const CONDITIONS = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  ['NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
] as const;

export function newNamespaceController({ client, metadataClient, informers, clock, log }: ControllerContext): Controller {
  const namespaces = informers.forResource(NAMESPACES);
  const pods = informers.forResource(PODS);
  const controller = newQueueController({ name: 'namespace-controller', clock, log, reconcile });
  controller.follow(namespaces.informer, ({ metadata: { name, deletionTimestamp } }) => (deletionTimestamp === undefined ? [] : [name]));
  controller.follow(pods.informer, ({ metadata: { namespace = '' } }, event) => (event === 'delete' && namespaces.lister.find(namespace)?.metadata.deletionTimestamp !== undefined ? [namespace] : []));
  return controller;

  async function reconcile(name: string): Promise<void> {
    const api = client.resource(NAMESPACES);
    const namespace = await api.get(name).catch((err: unknown) => {
      if (isNotFound(err)) return undefined;
      throw err;
    });
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    const terminating = namespace.status?.phase === 'Terminating' ? namespace : await api.updateStatus({ ...namespace, status: { ...namespace.status, phase: 'Terminating' } });
    const finalizers = terminating.spec?.finalizers ?? [];
    if (finalizers.length === 0) return;
    const { remaining, isEmpty, failures } = await deleteAllContent(terminating);
    const current = await updateConditions(terminating, remaining, failures);
    if (failures.length > 0) throw failures[0];
    if (!isEmpty) return controller.queue.addAfter(name, LOOK_AGAIN);
    await api.update({ ...current, spec: { ...current.spec, finalizers: finalizers.filter((each) => each !== FINALIZER) } }, 'finalize').catch((err: unknown) => {
      if (!isNotFound(err)) throw err;
    });
  }

  /** Pods first: what one uses stays until it is gone, and as long as one is there nothing is said of what remains. */
  async function deleteAllContent(namespace: Namespace): Promise<Content> {
    const resources = (await serverPreferredResources(client)).filter(({ namespaced, verbs }) => namespaced && verbs.includes('deletecollection') && verbs.includes('list'));
    const remaining: Remaining[] = [];
    const failures: unknown[] = [];
    const deleteAll = async (resource: DiscoveredResource) => {
      try {
        const left = await deleteCollection(resource, namespace.metadata.name ?? '');
        if (left.count === 0) return;
        remaining.push(left);
        if (left.finalizers.length === 0 && !(isPods(resource) && mayTerminate(namespace))) throw new Error(`unexpected items still remain in namespace: ${namespace.metadata.name} for gvr: ${resource.group}/${resource.version}, Resource=${resource.resource}`);
      } catch (err) {
        // a resource that has gone meanwhile has nothing left
        if (!isNotFound(err)) failures.push(err);
      }
    };
    await Promise.all(resources.filter(isPods).map(deleteAll));
    if (remaining.length > 0) return { remaining: [], isEmpty: false, failures };
    await Promise.all(resources.filter((each) => !isPods(each)).map(deleteAll));
    return { remaining, isEmpty: remaining.length === 0, failures };
  }

  /** Whether the Pods' time to end by themselves is not over. */
  function mayTerminate({ metadata: { name = '', deletionTimestamp = '' } }: Namespace): boolean {
    const grace = pods.lister.namespace(name).list().filter((pod) => !isPodTerminal(pod)).map(({ spec }) => spec.terminationGracePeriodSeconds ?? 0);
    return clock.now() - Date.parse(deletionTimestamp) < Math.max(0, ...grace) * 1000;
  }

  async function deleteCollection(resource: DiscoveredResource, namespace: string): Promise<Remaining> {
    const api = metadataClient.resource(resource, namespace);
    await api.deleteCollection({ propagationPolicy: 'Background' });
    const { items } = await api.list();
    return { resource, count: items.length, finalizers: items.flatMap(({ metadata }) => metadata.finalizers ?? []) };
  }

  async function updateConditions(namespace: Namespace, remaining: readonly Remaining[], failures: readonly unknown[]): Promise<Namespace> {
    const now = formatTime(clock.now());
    const failing: Record<string, { reason: string; message: string } | undefined> = {};
    if (failures.length > 0) failing.NamespaceDeletionContentFailure = { reason: 'ContentDeletionFailed', message: `Failed to delete all resource types, ${failures.length} remaining: ${failures.map((err) => (err instanceof Error ? err.message : String(err))).sort().join(', ')}` };
    const finalizers = remaining.flatMap((each) => each.finalizers);
    if (remaining.length > 0) failing.NamespaceContentRemaining = { reason: 'SomeResourcesRemain', message: `Some resources are remaining: ${remaining.map(({ resource, count }) => `${formatGroupResource(resource)}${resource.group === '' ? '.' : ''} has ${count} resource instances`).sort().join(', ')}` };
    if (finalizers.length > 0) failing.NamespaceFinalizersRemaining = { reason: 'SomeFinalizersRemain', message: `Some content in the namespace has finalizers remaining: ${[...new Set(finalizers)].sort().map((finalizer) => `${finalizer} in ${finalizers.filter((each) => each === finalizer).length} resource instances`).join(', ')}` };
    const before = namespace.status?.conditions ?? [];
    const conditions = CONDITIONS.reduce<Condition[]>((all, [type, reason, message]) => setCondition(all, { type, status: failing[type] ? 'True' : 'False', lastTransitionTime: now, ...(failing[type] ?? { reason, message }) }), before);
    if (deepEqual(before, conditions)) return namespace;
    return client.resource(NAMESPACES).updateStatus({ ...namespace, status: { ...namespace.status, conditions } });
  }
}
