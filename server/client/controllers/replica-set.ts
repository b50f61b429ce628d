/**
 * Keeps as many Pods of a ReplicaSet as it wants.
 *
 * Upstream: pkg/controller/replicaset. Leaves out events, and ranking Pods for deletion by their cost and by node.
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import { labelSelectorAsSelector } from '../../apimachinery/labels.ts';
import { metaNamespaceKeyFunc, splitMetaNamespaceKey } from '../store.ts';
import { appendCondition, removeCondition } from './conditions.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { ignoreNotFound, newQueueController } from './controller.ts';
import { claim, controllerKey, getControllerOf, newControllerRef } from './controller-ref.ts';
import { newControllerExpectations } from './expectations.ts';
import { availableIn, isPodActive, isPodAvailable, isPodReady, isPodTerminating, podFromTemplate, rankForDeletion, slowStartBatch } from './pods.ts';
import { PODS, REPLICA_SETS } from './resources.ts';
import type { Pod } from './types.ts';
import type { ReplicaSet } from './workload-types.ts';

const BURST_REPLICAS = 500;

export function newReplicaSetController({ client, informers, clock, log }: ControllerContext): Controller {
  const replicaSets = informers.forResource(REPLICA_SETS);
  const pods = informers.forResource(PODS);
  const expectations = newControllerExpectations(clock);
  const controller = newQueueController({ name: 'replicaset-controller', clock, log, workers: 5, reconcile });
  controller.follow(replicaSets.informer, (rs, event) => {
    const key = metaNamespaceKeyFunc(rs);
    if (event === 'delete') expectations.deleteExpectations(key);
    return [key];
  });
  controller.follow(pods.informer, (pod, event) => {
    const key = controllerKey(pod, 'ReplicaSet');
    if (key === undefined) return getControllerOf(pod) ? [] : selecting(pod);
    if (event === 'add') expectations.creationObserved(key);
    if (event === 'delete' || pod.metadata.deletionTimestamp !== undefined) expectations.deletionObserved(key, pod.metadata.uid ?? '');
    return [key];
  });
  return controller;

  /** Those that would adopt an orphan. */
  function selecting({ metadata: { namespace = '', labels = {} } }: Pod): string[] {
    const all = replicaSets.lister.namespace(namespace).list();
    return all.filter(({ spec }) => labelSelectorAsSelector(spec.selector).matches(labels)).map(metaNamespaceKeyFunc);
  }

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitMetaNamespaceKey(key);
    const rs = replicaSets.lister.namespace(namespace).find(name);
    if (!rs) return expectations.deleteExpectations(key);
    const needsSync = expectations.satisfied(key);
    const ref = newControllerRef(rs, 'apps/v1', 'ReplicaSet');
    const fresh = () => client.resource(REPLICA_SETS, namespace).get(name);
    const all = pods.lister.namespace(namespace).list();
    const mine = await claim(all.filter(isPodActive), { owner: rs, ref, selector: labelSelectorAsSelector(rs.spec.selector), client: client.resource(PODS, namespace), fresh });
    const leaving = all.filter((pod) => isPodTerminating(pod) && getControllerOf(pod)?.uid === rs.metadata.uid).length;
    const failure = needsSync && rs.metadata.deletionTimestamp === undefined ? await manageReplicas(key, rs, mine).then(() => undefined, (err: unknown) => ({ err })) : undefined;
    await updateStatus(rs, mine, leaving, failure?.err);
    if (failure) throw failure.err;
    // a Pod that is ready and not yet available changes without an event
    const { minReadySeconds = 0 } = rs.spec;
    const waits = mine.filter(isPodReady).map((pod) => availableIn(pod, minReadySeconds, clock.now())).filter((wait) => wait > 0);
    if (waits.length > 0) controller.queue.addAfter(key, Math.min(...waits));
  }

  async function manageReplicas(key: string, rs: ReplicaSet, mine: readonly Pod[]): Promise<void> {
    const { namespace = '' } = rs.metadata;
    const missing = Math.min(rs.spec.replicas - mine.length, BURST_REPLICAS);
    const api = client.resource(PODS, namespace);
    if (missing > 0) {
      expectations.expectCreations(key, missing);
      let asked = 0;
      try {
        const pod = podFromTemplate(rs, rs.spec.template, newControllerRef(rs, 'apps/v1', 'ReplicaSet'));
        await slowStartBatch(missing, async () => {
          asked++;
          await api.create(pod).catch((err: unknown) => {
            expectations.creationObserved(key);
            throw err;
          });
        });
      } finally {
        for (let skipped = asked; skipped < missing; skipped++) expectations.creationObserved(key);
      }
    } else if (missing < 0) {
      const leaving = rankForDeletion(mine).slice(0, Math.min(-missing, BURST_REPLICAS));
      expectations.expectDeletions(key, leaving.map(({ metadata }) => metadata.uid ?? ''));
      await Promise.all(leaving.map(({ metadata: { name = '', uid = '' } }) => ignoreNotFound(api.delete(name, { preconditions: { uid } })).catch((err: unknown) => {
        expectations.deletionObserved(key, uid);
        throw err;
      })));
    }
  }

  async function updateStatus(rs: ReplicaSet, mine: readonly Pod[], terminatingReplicas: number, failure: unknown): Promise<void> {
    const template = Object.entries(rs.spec.template.metadata?.labels ?? {});
    const count = (holds: (pod: Pod) => boolean) => mine.filter(holds).length;
    const before = rs.status?.conditions ?? [];
    const why = { type: 'ReplicaFailure', status: 'True', lastTransitionTime: formatTime(clock.now()), reason: rs.spec.replicas > mine.length ? 'FailedCreate' : 'FailedDelete', message: failure instanceof Error ? failure.message : String(failure) } as const;
    const conditions = failure === undefined ? removeCondition(before, 'ReplicaFailure') : appendCondition(before, why);
    const status = {
      replicas: mine.length,
      fullyLabeledReplicas: count(({ metadata: { labels = {} } }) => template.every(([key, value]) => labels[key] === value)),
      readyReplicas: count(isPodReady),
      availableReplicas: count((pod) => isPodAvailable(pod, rs.spec.minReadySeconds ?? 0, clock)),
      terminatingReplicas,
      observedGeneration: rs.metadata.generation ?? 0,
      ...(conditions.length > 0 && { conditions }),
    };
    // what is 0 is not written
    const seen = { ...rs.status, ...Object.fromEntries(['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'].map((field) => [field, (rs.status as Record<string, unknown> | undefined)?.[field] ?? 0])) };
    if (!deepEqual(seen, status)) await client.resource(REPLICA_SETS, rs.metadata.namespace).updateStatus({ ...rs, status });
  }
}
