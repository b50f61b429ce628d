/**
 * What a Deployment says of itself: counts, whether enough is available, whether it gets on.
 *
 * Upstream: pkg/controller/deployment/{progress,sync}.go (syncRolloutStatus, calculateStatus).
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import type { Clock } from '../../http/context.ts';
import type { RESTClient } from '../rest-client.ts';
import { appendCondition, removeCondition } from './conditions.ts';
import { actual, available, isComplete, isProgressing, maxUnavailable, ready, size, terminating } from './deployment-util.ts';
import { conditionOf } from './pods.ts';
import { DEPLOYMENTS } from './resources.ts';
import type { Condition } from './types.ts';
import type { Deployment, DeploymentStatus, ReplicaSet } from './workload-types.ts';

export interface DeploymentStatusWriter {
  /** That it is paused, or goes on: the time that it stood still does not count. What it is told of is changed in place. */
  syncPaused(d: Deployment): Promise<void>;
  sync(d: Deployment, all: readonly ReplicaSet[], newRS: ReplicaSet | undefined): Promise<void>;
  /** And whether it gets on; answers after how many milliseconds that has to be asked again, if nothing happens. */
  syncRollout(d: Deployment, all: readonly ReplicaSet[], newRS: ReplicaSet | undefined): Promise<number | undefined>;
}

export function newDeploymentStatus(client: RESTClient, clock: Clock): DeploymentStatusWriter {
  function condition(type: string, status: Condition['status'], reason: string, message: string): Condition {
    const now = formatTime(clock.now());
    return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message };
  }

  function calculate(d: Deployment, all: readonly ReplicaSet[], newRS: ReplicaSet | undefined): DeploymentStatus & { conditions: Condition[] } {
    const enough = available(all) >= d.spec.replicas - maxUnavailable(d);
    const minimum = enough ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.') : condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.');
    const { collisionCount, conditions = [] } = d.status ?? {};
    const counts = {
      replicas: actual(all),
      updatedReplicas: actual(newRS ? [newRS] : []),
      readyReplicas: ready(all),
      availableReplicas: available(all),
      unavailableReplicas: Math.max(0, size(all) - available(all)),
    };
    // what is 0 is left out
    const given = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
    const terminatingReplicas = terminating(all);
    return { observedGeneration: d.metadata.generation ?? 0, ...given, ...(terminatingReplicas !== undefined && { terminatingReplicas }), ...(collisionCount !== undefined && { collisionCount }), conditions: appendCondition(conditions, minimum) };
  }

  function progress(d: Deployment, status: DeploymentStatus, newRS: ReplicaSet | undefined): Condition | undefined {
    const current = conditionOf(d.status?.conditions, 'Progressing');
    const what = newRS ? `ReplicaSet "${newRS.metadata.name}"` : `Deployment "${d.metadata.name}"`;
    if (current?.reason === 'NewReplicaSetAvailable' && status.replicas === status.updatedReplicas) return current;
    if (isComplete(d, status)) return condition('Progressing', 'True', 'NewReplicaSetAvailable', `${what} has successfully progressed.`);
    if (isProgressing(d, status)) return condition('Progressing', 'True', 'ReplicaSetUpdated', `${what} is progressing.`);
    if (deadline(d, current) < clock.now()) return condition('Progressing', 'False', 'ProgressDeadlineExceeded', `${what} has timed out progressing.`);
    return current;
  }

  async function write(d: Deployment, status: DeploymentStatus): Promise<void> {
    if (!deepEqual(d.status, status)) await client.resource(DEPLOYMENTS, d.metadata.namespace).updateStatus({ ...d, status });
  }

  return {
    async syncPaused(d) {
      const { paused = false, progressDeadlineSeconds } = d.spec;
      const conditions = d.status?.conditions ?? [];
      const reason = conditionOf(conditions, 'Progressing')?.reason;
      if (progressDeadlineSeconds === undefined || reason === 'ProgressDeadlineExceeded' || paused === (reason === 'DeploymentPaused')) return;
      const next = paused ? condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused') : condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
      Object.assign(d, await client.resource(DEPLOYMENTS, d.metadata.namespace).updateStatus({ ...d, status: { ...d.status, conditions: appendCondition(conditions, next) } }));
    },
    sync: (d, all, newRS) => write(d, calculate(d, all, newRS)),
    async syncRollout(d, all, newRS) {
      const status = calculate(d, all, newRS);
      const moving = d.spec.progressDeadlineSeconds === undefined ? undefined : progress(d, status, newRS);
      const failure = [...(newRS ? [newRS] : []), ...all].flatMap((rs) => rs.status?.conditions ?? []).find(({ type }) => type === 'ReplicaFailure');
      const withProgress = moving ? setProgress(status.conditions, moving) : removeCondition(status.conditions, 'Progressing');
      const conditions = failure ? appendCondition(withProgress, { ...failure, ...(failure.lastTransitionTime && { lastUpdateTime: failure.lastTransitionTime }) }) : removeCondition(withProgress, 'ReplicaFailure');
      await write(d, { ...status, conditions });
      if (!moving || moving.reason === 'NewReplicaSetAvailable' || moving.status === 'False') return undefined;
      // times are written in whole seconds
      return deadline(d, conditionOf(conditions, 'Progressing')) - clock.now() + 1000;
    },
  };
}

function deadline({ spec }: Deployment, progressing: Condition | undefined): number {
  return Date.parse(progressing?.lastUpdateTime ?? '') + (spec.progressDeadlineSeconds ?? 0) * 1000;
}

/** Each sign of progress moves the time of the update, for the deadline runs from there. */
function setProgress(conditions: readonly Condition[], moving: Condition): Condition[] {
  const before = conditionOf(conditions, 'Progressing');
  if (moving.reason !== 'ReplicaSetUpdated' || before?.status !== 'True') return appendCondition(conditions, moving);
  return [...removeCondition(conditions, 'Progressing'), { ...moving, ...(before.lastTransitionTime && { lastTransitionTime: before.lastTransitionTime }) }];
}
