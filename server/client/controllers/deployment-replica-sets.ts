/**
 * Writes a Deployment's ReplicaSets: makes the newest, numbers the revisions, scales, and takes old ones away.
 *
 * Upstream: pkg/controller/deployment/sync.go, and SetNewReplicaSetAnnotations of its util.
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import type { Clock } from '../../http/context.ts';
import { isAlreadyExists } from '../../http/status.ts';
import type { RESTClient } from '../rest-client.ts';
import { appendCondition } from './conditions.ts';
import { ignoreNotFound, isNamespaceTerminating } from './controller.ts';
import { getControllerOf, newControllerRef } from './controller-ref.ts';
import { DESIRED_REPLICAS, MAX_REPLICAS, POD_TEMPLATE_HASH, REVISION, REVISION_HISTORY, equalIgnoreHash, maxSurge, revisionOf, size } from './deployment-util.ts';
import { computeHash, conditionOf } from './pods.ts';
import { DEPLOYMENTS, REPLICA_SETS } from './resources.ts';
import type { Condition } from './types.ts';
import type { Deployment, ReplicaSet } from './workload-types.ts';

const MAX_NAME_LENGTH = 253;

/** Annotations of a Deployment that are its own. */
const OWN = ['kubectl.kubernetes.io/last-applied-configuration', REVISION, REVISION_HISTORY, DESIRED_REPLICAS, MAX_REPLICAS, 'deprecated.deployment.rollback.to'];

export interface ReplicaSetControl {
  /** The ReplicaSet of the Deployment's template, with the highest revision. */
  ensureNew(d: Deployment, existing: ReplicaSet | undefined, old: readonly ReplicaSet[]): Promise<ReplicaSet>;
  /** What it notes of the Deployment's size it notes when its own changes, or where it is told to. */
  scale(d: Deployment, rs: ReplicaSet, replicas: number, force?: boolean): Promise<{ scaled: boolean; rs: ReplicaSet }>;
  /** Takes away those beyond the history's limit. */
  cleanUp(d: Deployment, old: readonly ReplicaSet[]): Promise<void>;
}

export function newReplicaSetControl(client: RESTClient, clock: Clock): ReplicaSetControl {
  const sets = ({ metadata: { namespace } }: Deployment) => client.resource(REPLICA_SETS, namespace);

  async function create(d: Deployment, old: readonly ReplicaSet[], revision: number): Promise<ReplicaSet> {
    const { template, selector, minReadySeconds, replicas } = d.spec;
    const hash = computeHash(template, d.status?.collisionCount);
    const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
    const first = Math.max(0, Math.min(replicas, replicas + maxSurge(d) - size(old)));
    const name = `${d.metadata.name?.slice(0, MAX_NAME_LENGTH - 1 - hash.length)}-${hash}`;
    const { namespace = '' } = d.metadata;
    const rs: ReplicaSet = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name, namespace, ownerReferences: [newControllerRef(d, 'apps/v1', 'Deployment')], labels, annotations: { ...inherited(d), ...sizes(d), [REVISION]: String(revision) } },
      spec: {
        replicas: d.spec.strategy.type === 'RollingUpdate' ? first : replicas,
        ...(minReadySeconds && { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    };
    try {
      return await sets(d).create(rs);
    } catch (err) {
      if (!isAlreadyExists(err)) {
        const why = `Failed to create new replica set "${name}": ${err instanceof Error ? err.message : String(err)}`;
        if (!isNamespaceTerminating(err)) await writeStatus({ ...d, status: { ...d.status, ...progressing(d, 'False', 'ReplicaSetCreateError', why) } });
        throw err;
      }
      // it is ours, and only not seen yet; or another template has the same hash
      const there = await sets(d).get(name);
      if (getControllerOf(there)?.uid === d.metadata.uid && equalIgnoreHash(there.spec.template, template)) return there;
      await writeStatus({ ...d, status: { ...d.status, collisionCount: (d.status?.collisionCount ?? 0) + 1 } });
      throw err;
    }
  }

  /** The Deployment says which revision it is at, and why it moves. It is changed in place, so that what is written next is not older. */
  async function setRevision(d: Deployment, rs: ReplicaSet, reason: string, message: string): Promise<void> {
    const revision = rs.metadata.annotations?.[REVISION] ?? '';
    const says = reason === 'NewReplicaSetCreated' || !conditionOf(d.status?.conditions, 'Progressing');
    if (d.metadata.annotations?.[REVISION] === revision && !says) return;
    const annotations = { ...d.metadata.annotations, [REVISION]: revision };
    Object.assign(d, await writeStatus({ ...d, metadata: { ...d.metadata, annotations }, status: { ...d.status, ...(says && progressing(d, 'True', reason, message)) } }));
  }

  /** Its conditions with this one; none of one that has no deadline. */
  function progressing({ spec, status: before }: Deployment, status: Condition['status'], reason: string, message: string): { conditions?: Condition[] } {
    const now = formatTime(clock.now());
    if (spec.progressDeadlineSeconds === undefined) return {};
    return { conditions: appendCondition(before?.conditions ?? [], { type: 'Progressing', status, lastUpdateTime: now, lastTransitionTime: now, reason, message }) };
  }

  function writeStatus(d: Deployment): Promise<Deployment> {
    return client.resource(DEPLOYMENTS, d.metadata.namespace).updateStatus(d);
  }

  return {
    async ensureNew(d, existing, old) {
      const revision = Math.max(0, ...old.map(revisionOf)) + 1;
      if (!existing) {
        const made = await create(d, old, revision);
        await setRevision(d, made, 'NewReplicaSetCreated', `Created new replica set "${made.metadata.name}"`);
        return made;
      }
      const annotations = { ...existing.metadata.annotations, ...inherited(d), ...(revisionOf(existing) < revision && promoted(existing, revision)) };
      const minReadySeconds = d.spec.minReadySeconds ?? 0;
      const same = deepEqual(annotations, existing.metadata.annotations ?? {}) && minReadySeconds === (existing.spec.minReadySeconds ?? 0);
      const rs = same ? existing : await sets(d).update({ ...existing, metadata: { ...existing.metadata, annotations }, spec: { ...existing.spec, minReadySeconds } });
      await setRevision(d, rs, 'FoundNewReplicaSet', `Found new replica set "${rs.metadata.name}"`);
      return rs;
    },
    async scale(d, rs, replicas, force = false) {
      const annotations = { ...rs.metadata.annotations, ...sizes(d) };
      const scaled = rs.spec.replicas !== replicas;
      if (!scaled && !(force && !deepEqual(annotations, rs.metadata.annotations))) return { scaled, rs };
      return { scaled, rs: await sets(d).update({ ...rs, metadata: { ...rs.metadata, annotations }, spec: { ...rs.spec, replicas } }) };
    },
    async cleanUp(d, old) {
      const { revisionHistoryLimit } = d.spec;
      if (revisionHistoryLimit === undefined) return;
      const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined).sort((a, b) => revisionOf(a) - revisionOf(b));
      for (const { spec, status, metadata } of alive.slice(0, Math.max(0, alive.length - revisionHistoryLimit))) {
        if (spec.replicas !== 0 || status?.replicas !== 0 || (metadata.generation ?? 0) > (status.observedGeneration ?? 0)) continue;
        await ignoreNotFound(sets(d).delete(metadata.name ?? ''));
      }
    },
  };
}

const inherited = ({ metadata: { annotations = {} } }: Deployment) => Object.fromEntries(Object.entries(annotations).filter(([name]) => !OWN.includes(name)));

const sizes = (d: Deployment) => ({ [DESIRED_REPLICAS]: String(d.spec.replicas), [MAX_REPLICAS]: String(d.spec.replicas + maxSurge(d)) });

/** A template that comes back has a new number; the old ones are remembered. */
function promoted({ metadata: { annotations = {} } }: ReplicaSet, revision: number): Record<string, string> {
  const before = annotations[REVISION];
  const history = [annotations[REVISION_HISTORY], before].filter(Boolean).join(',');
  return { [REVISION]: String(revision), ...(before !== undefined && { [REVISION_HISTORY]: history }) };
}
