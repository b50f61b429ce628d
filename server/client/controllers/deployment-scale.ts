/**
 * How large a Deployment's ReplicaSets become when its own size changes: the only one that has Pods takes it all; in the
 * middle of a rollout each has its share.
 *
 * Upstream: isScalingEvent and scale of pkg/controller/deployment/sync.go, GetReplicaSetProportion of its util.
 */
import { DESIRED_REPLICAS, MAX_REPLICAS, byAge, maxSurge, size } from './deployment-util.ts';
import type { Deployment, ReplicaSet } from './workload-types.ts';

export interface Resized {
  rs: ReplicaSet;
  replicas: number;
}

const noted = ({ metadata: { annotations = {} } }: ReplicaSet, name: string) => Number.parseInt(annotations[name] ?? '', 10);
const isActive = ({ spec }: ReplicaSet) => spec.replicas > 0;

/** Whether one of them was made for another size. */
export function isScalingEvent({ spec }: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets.filter(isActive).map((rs) => noted(rs, DESIRED_REPLICAS)).some((desired) => !Number.isNaN(desired) && desired !== spec.replicas);
}

export function resized(d: Deployment, newRS: ReplicaSet | undefined, old: readonly ReplicaSet[]): Resized[] {
  const { replicas, strategy } = d.spec;
  const active = [...old, ...(newRS ? [newRS] : [])].filter(isActive);
  if (active.length < 2) {
    const rs = active[0] ?? newRS ?? byAge(old).at(-1);
    return rs ? [{ rs, replicas }] : [];
  }
  if (newRS && isSaturated(d, newRS)) return old.filter(isActive).map((rs) => ({ rs, replicas: 0 }));
  return strategy.type === 'RollingUpdate' ? inProportion(d, active) : active.map((rs) => ({ rs, replicas: rs.spec.replicas }));
}

function isSaturated({ spec: { replicas } }: Deployment, rs: ReplicaSet): boolean {
  return rs.spec.replicas === replicas && noted(rs, DESIRED_REPLICAS) === replicas && (rs.status?.availableReplicas ?? 0) === replicas;
}

/** The largest first; of equals the newest where they grow, the oldest where they shrink. What rounding leaves is the first one's. */
function inProportion(d: Deployment, active: readonly ReplicaSet[]): Resized[] {
  const change = (d.spec.replicas > 0 ? d.spec.replicas + maxSurge(d) : 0) - size(active);
  const oldestFirst = byAge(active);
  const sorted = (change > 0 ? oldestFirst.reverse() : oldestFirst).sort((a, b) => b.spec.replicas - a.spec.replicas);
  let left = change;
  const all = sorted.map((rs) => {
    const share = left === 0 ? 0 : left > 0 ? Math.min(fraction(d, rs), left) : Math.max(fraction(d, rs), left);
    left -= share;
    return { rs, replicas: rs.spec.replicas + share };
  });
  const [first] = all;
  if (first) first.replicas = Math.max(0, first.replicas + left);
  return all;
}

/** How much it changes by if it keeps its part of the whole. */
function fraction(d: Deployment, rs: ReplicaSet): number {
  const { replicas } = rs.spec;
  if (d.spec.replicas === 0) return -replicas;
  const before = noted(rs, MAX_REPLICAS) || (d.status?.replicas ?? 0);
  return before === 0 ? 0 : Math.round((replicas * (d.spec.replicas + maxSurge(d))) / before) - replicas;
}
