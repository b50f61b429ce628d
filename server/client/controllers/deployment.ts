/**
 * Leads a Deployment's ReplicaSets to where it wants to be: one for each template that it has had, the newest grows while
 * the others shrink, never more Pods at once, and never fewer that are available, than its strategy allows.
 *
 * Upstream: pkg/controller/deployment (deployment_controller.go, rolling.go, recreate.go). Leaves out events, and rollbacks
 * of extensions/v1beta1.
 */
import { deepCopy } from '../../apimachinery/deep.ts';
import { labelSelectorAsSelector } from '../../apimachinery/labels.ts';
import { metaNamespaceKeyFunc, splitMetaNamespaceKey } from '../store.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { newQueueController } from './controller.ts';
import { claim, controllerKey, getControllerOf, newControllerRef } from './controller-ref.ts';
import { newReplicaSetControl } from './deployment-replica-sets.ts';
import { isScalingEvent, resized } from './deployment-scale.ts';
import { newDeploymentStatus } from './deployment-status.ts';
import { actual, available, byAge, findNewReplicaSet, isComplete, maxSurge, maxUnavailable, size } from './deployment-util.ts';
import { isPodTerminal } from './pods.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS } from './resources.ts';
import type { Pod } from './types.ts';
import type { Deployment, ReplicaSet } from './workload-types.ts';

export function newDeploymentController({ client, informers, clock, log }: ControllerContext): Controller {
  const deployments = informers.forResource(DEPLOYMENTS);
  const replicaSets = informers.forResource(REPLICA_SETS);
  const pods = informers.forResource(PODS);
  const control = newReplicaSetControl(client, clock);
  const statusOf = newDeploymentStatus(client, clock);
  const controller = newQueueController({ name: 'deployment-controller', clock, log, workers: 5, reconcile });
  controller.follow(deployments.informer);
  controller.follow(replicaSets.informer, (rs) => (getControllerOf(rs) ? [controllerKey(rs, 'Deployment')] : selecting(rs)));
  // the last Pod of an old template is what a Recreate waits for
  controller.follow(pods.informer, (pod, event) => (event === 'delete' ? [deploymentOf(pod)] : []));
  return controller;

  function selecting({ metadata: { namespace = '', labels = {} } }: ReplicaSet): string[] {
    return deployments.lister.namespace(namespace).list().filter(({ spec }) => labelSelectorAsSelector(spec.selector).matches(labels)).map(metaNamespaceKeyFunc);
  }

  function deploymentOf(pod: Pod): string | undefined {
    const rs = replicaSets.informer.getIndexer().getByKey(controllerKey(pod, 'ReplicaSet') ?? '');
    return rs && controllerKey(rs, 'Deployment');
  }

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitMetaNamespaceKey(key);
    const found = deployments.lister.namespace(namespace).find(name);
    if (!found) return;
    const d = deepCopy(found);
    const mine = await claim(replicaSets.lister.namespace(namespace).list(), {
      owner: d,
      ref: newControllerRef(d, 'apps/v1', 'Deployment'),
      selector: labelSelectorAsSelector(d.spec.selector),
      client: client.resource(REPLICA_SETS, namespace),
      fresh: () => client.resource(DEPLOYMENTS, namespace).get(name),
    });
    const newRS = findNewReplicaSet(d, mine);
    const old = mine.filter((rs) => rs !== newRS);
    if (d.metadata.deletionTimestamp !== undefined) return statusOf.sync(d, mine, newRS);
    await statusOf.syncPaused(d);
    if (d.spec.paused || isScalingEvent(d, mine)) return resize(d, newRS, old);
    if (d.spec.strategy.type === 'Recreate') await recreate(d, newRS, old);
    else await roll(d, newRS, old);
  }

  /** As large as it wants to be, and no further on its way than it was. */
  async function resize(d: Deployment, newRS: ReplicaSet | undefined, old: ReplicaSet[]): Promise<void> {
    // whatever becomes of its size, the next rollout has to know the Deployment's
    for (const { rs, replicas } of resized(d, newRS, old)) await control.scale(d, rs, replicas, true);
    if (d.spec.paused) await control.cleanUp(d, old);
    await statusOf.sync(d, [...old, ...(newRS ? [newRS] : [])], newRS);
  }

  async function recreate(d: Deployment, existing: ReplicaSet | undefined, old: ReplicaSet[]): Promise<void> {
    let scaled = false;
    for (const rs of old) scaled = (await control.scale(d, rs, 0)).scaled || scaled;
    const theirs = new Set(old.map(({ metadata }) => metadata.uid));
    const running = pods.lister.namespace(d.metadata.namespace ?? '').list().filter((pod) => !isPodTerminal(pod) && theirs.has(getControllerOf(pod)?.uid));
    let newRS = existing;
    if (!scaled && actual(old) === 0 && running.length === 0) {
      newRS = await control.ensureNew(d, newRS, old);
      newRS = (await control.scale(d, newRS, d.spec.replicas)).rs;
    }
    await finish(d, newRS, old);
  }

  async function roll(d: Deployment, existing: ReplicaSet | undefined, old: ReplicaSet[]): Promise<void> {
    const newRS = await control.ensureNew(d, existing, old);
    const up = await control.scale(d, newRS, newReplicas(d, newRS, old));
    if (up.scaled) return syncRollout(d, up.rs, old);
    if (await shrink(d, newRS, old)) return syncRollout(d, newRS, old);
    await finish(d, newRS, old);
  }

  async function finish(d: Deployment, newRS: ReplicaSet | undefined, old: ReplicaSet[]): Promise<void> {
    if (isComplete(d, d.status ?? {})) await control.cleanUp(d, old);
    await syncRollout(d, newRS, old);
  }

  /** One that gets stuck has to say so, though nothing happens. */
  async function syncRollout(d: Deployment, newRS: ReplicaSet | undefined, old: readonly ReplicaSet[]): Promise<void> {
    const wait = await statusOf.syncRollout(d, [...old, ...(newRS ? [newRS] : [])], newRS);
    if (wait !== undefined) controller.queue.addAfter(metaNamespaceKeyFunc(d), wait);
  }

  /** As far as the surge allows. */
  function newReplicas(d: Deployment, newRS: ReplicaSet, old: readonly ReplicaSet[]): number {
    if (newRS.spec.replicas >= d.spec.replicas) return d.spec.replicas;
    const room = d.spec.replicas + maxSurge(d) - size([...old, newRS]);
    return newRS.spec.replicas + Math.max(0, Math.min(room, d.spec.replicas - newRS.spec.replicas));
  }

  /** Takes from the old ones what need not be there: first what does not run anyway, then what others do instead. */
  async function shrink(d: Deployment, newRS: ReplicaSet, old: readonly ReplicaSet[]): Promise<boolean> {
    const minAvailable = d.spec.replicas - maxUnavailable(d);
    const newUnavailable = newRS.spec.replicas - (newRS.status?.availableReplicas ?? 0);
    const unhealthyRoom = size([...old, newRS]) - minAvailable - newUnavailable;
    if (size(old) === 0 || unhealthyRoom <= 0) return false;
    const before = new Map(old.map((rs) => [rs.metadata.uid, rs.spec.replicas]));
    const unhealthy = await takeFrom(d, byAge(old), unhealthyRoom, (rs) => rs.spec.replicas - (rs.status?.availableReplicas ?? 0));
    const after = await takeFrom(d, unhealthy, available([...unhealthy, newRS]) - minAvailable, (rs) => rs.spec.replicas);
    return after.some((rs) => rs.spec.replicas !== before.get(rs.metadata.uid));
  }

  async function takeFrom(d: Deployment, sets: readonly ReplicaSet[], room: number, most: (rs: ReplicaSet) => number): Promise<ReplicaSet[]> {
    const result: ReplicaSet[] = [];
    for (const rs of sets) {
      const count = Math.max(0, Math.min(most(rs), room));
      room -= count;
      result.push((await control.scale(d, rs, rs.spec.replicas - count)).rs);
    }
    return result;
  }
}
