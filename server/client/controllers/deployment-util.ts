/**
 * A Deployment's numbers, and those of its ReplicaSets.
 *
 * Upstream: pkg/controller/deployment/util/deployment_util.go, and k8s.io/apimachinery/pkg/util/intstr.
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import type { Deployment, DeploymentStatus, PodTemplateSpec, ReplicaSet } from './workload-types.ts';

export const POD_TEMPLATE_HASH = 'pod-template-hash';
export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

const sum = (sets: readonly ReplicaSet[], of: (rs: ReplicaSet) => number | undefined) => sets.reduce((all, rs) => all + (of(rs) ?? 0), 0);
/** How many they shall have, have, and have that can be relied on. */
export const size = (sets: readonly ReplicaSet[]) => sum(sets, ({ spec }) => spec.replicas);
export const actual = (sets: readonly ReplicaSet[]) => sum(sets, ({ status }) => status?.replicas);
export const ready = (sets: readonly ReplicaSet[]) => sum(sets, ({ status }) => status?.readyReplicas);
/** On their way out; undefined where a set that has been looked at does not say it. */
export function terminating(sets: readonly ReplicaSet[]): number | undefined {
  return sets.every(({ status }) => !status?.observedGeneration || status.terminatingReplicas !== undefined) ? sum(sets, ({ status }) => status?.terminatingReplicas) : undefined;
}
export const available = (sets: readonly ReplicaSet[]) => sum(sets, ({ status }) => status?.availableReplicas);

/** The oldest first. */
export function byAge(sets: readonly ReplicaSet[]): ReplicaSet[] {
  const age = ({ metadata }: ReplicaSet) => `${metadata.creationTimestamp} ${metadata.name}`;
  return sets.toSorted((a, b) => (age(a) < age(b) ? -1 : 1));
}

export const revisionOf = ({ metadata: { annotations = {} } }: ReplicaSet | Deployment) => Number(annotations[REVISION] ?? 0);

/** A number, or so many percent. */
function scaled(value: number | string | undefined, total: number, round: (value: number) => number): number {
  if (typeof value !== 'string') return value ?? 0;
  return round((Number(value.replace('%', '')) * total) / 100);
}

export function maxSurge({ spec: { strategy, replicas } }: Deployment): number {
  return strategy.type === 'RollingUpdate' ? scaled(strategy.rollingUpdate?.maxSurge, replicas, Math.ceil) : 0;
}

export function maxUnavailable(d: Deployment): number {
  const { strategy, replicas } = d.spec;
  if (strategy.type !== 'RollingUpdate' || replicas === 0) return 0;
  const unavailable = scaled(strategy.rollingUpdate?.maxUnavailable, replicas, Math.floor);
  // with neither nothing could move
  return Math.min(unavailable === 0 && maxSurge(d) === 0 ? 1 : unavailable, replicas);
}

/** The oldest of those that have the Deployment's template, but for the label that tells templates apart. */
export function findNewReplicaSet({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return byAge(sets).find((rs) => equalIgnoreHash(rs.spec.template, spec.template));
}

export function equalIgnoreHash(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  const [left, right] = [a, b].map(({ metadata: { labels, ...metadata } = {}, spec }) => {
    const { [POD_TEMPLATE_HASH]: _, ...others } = labels ?? {};
    return { metadata: { ...metadata, labels: others }, spec };
  });
  return deepEqual(left, right);
}

export function isComplete({ spec, metadata }: Deployment, status: DeploymentStatus): boolean {
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status;
  return updatedReplicas === spec.replicas && replicas === spec.replicas && availableReplicas === spec.replicas && observedGeneration >= (metadata.generation ?? 0);
}

/** Something has moved since the last status was written. */
export function isProgressing({ status: before = {} }: Deployment, after: DeploymentStatus): boolean {
  const { updatedReplicas = 0, replicas = 0, readyReplicas = 0, availableReplicas = 0 } = after;
  const oldReplicas = (before.replicas ?? 0) - (before.updatedReplicas ?? 0);
  return updatedReplicas > (before.updatedReplicas ?? 0) || replicas - updatedReplicas < oldReplicas || readyReplicas > (before.readyReplicas ?? 0) || availableReplicas > (before.availableReplicas ?? 0);
}
