/**
 * Says on which node a Pod runs: one that the Pod may run on, and with the fewest Pods.
 *
 * Upstream: pkg/scheduler, of which this keeps the cycle: filter the nodes, score them, bind. Leaves out resources,
 * affinity, volumes, preemption, and waiting longer after each failure.
 */
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import { metaNamespaceKeyFunc, splitMetaNamespaceKey } from '../store.ts';
import { setCondition } from './conditions.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { newQueueController } from './controller.ts';
import { conditionOf, isPodTerminal } from './pods.ts';
import { NODES, PODS } from './resources.ts';
import type { Condition, Node, Pod, Taint } from './types.ts';

const SCHEDULER = 'default-scheduler';

const isWaiting = (pod: Pod) => !pod.spec.nodeName && pod.metadata.deletionTimestamp === undefined && !isPodTerminal(pod) && (pod.spec.schedulerName ?? SCHEDULER) === SCHEDULER;

export function newScheduler({ client, informers, clock, log }: ControllerContext): Controller {
  const pods = informers.forResource(PODS);
  const nodes = informers.forResource(NODES);
  const controller = newQueueController({ name: 'kube-scheduler', clock, log, workers: 1, reconcile });
  controller.follow(pods.informer, (pod) => (isWaiting(pod) ? [metaNamespaceKeyFunc(pod)] : []));
  // those that found no node may find this one
  controller.follow(nodes.informer, () => pods.lister.list().filter(isWaiting).map(metaNamespaceKeyFunc));
  return controller;

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitMetaNamespaceKey(key);
    const pod = pods.lister.namespace(namespace).find(name);
    if (!pod || !isWaiting(pod) || (pod.spec.schedulingGates ?? []).length > 0) return;
    const candidates = nodes.lister.list().map((node) => ({ node, why: reject(pod, node) }));
    const [best] = candidates.filter(({ why }) => why === undefined).map(({ node }) => node).sort((a, b) => podsOn(a) - podsOn(b));
    if (!best) return unschedulable(pod, candidates.map(({ why }) => why ?? ''));
    const { uid = '' } = pod.metadata;
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace, uid }, target: { kind: 'Node', name: best.metadata.name ?? '' } };
    await client.resource({ group: '', version: 'v1', resource: 'pods' }, namespace).create(binding, 'binding');
  }

  const podsOn = ({ metadata }: Node) => pods.lister.list().filter(({ spec }) => spec.nodeName === metadata.name).length;

  async function unschedulable(pod: Pod, reasons: readonly string[]): Promise<void> {
    const counted = [...new Set(reasons)].sort().map((reason) => `${reasons.filter((each) => each === reason).length} ${reason}`);
    const message = reasons.length === 0 ? 'no nodes available to schedule pods' : `0/${reasons.length} nodes are available: ${counted.join(', ')}.`;
    const condition: Condition = { type: 'PodScheduled', status: 'False', lastProbeTime: null, lastTransitionTime: formatTime(clock.now()), reason: 'Unschedulable', message };
    const before = conditionOf(pod.status?.conditions, 'PodScheduled');
    if (before?.status === 'False' && before.message === message) return;
    await client.resource(PODS, pod.metadata.namespace).updateStatus({ ...pod, status: { ...pod.status, conditions: setCondition(pod.status?.conditions ?? [], condition) } });
  }
}

/** Why the Pod may not run there; undefined where it may. */
function reject({ spec }: Pod, { metadata: { labels = {} }, spec: { unschedulable, taints = [] } }: Node): string | undefined {
  const untolerated = taints.find((taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(spec, taint));
  if (unschedulable) return 'node(s) were unschedulable';
  if (untolerated) return 'node(s) had untolerated taint(s)';
  if (Object.entries(spec.nodeSelector ?? {}).some(([key, value]) => labels[key] !== value)) return "node(s) didn't match Pod's node affinity/selector";
  return undefined;
}

function tolerates({ tolerations = [] }: Pod['spec'], { key, value = '', effect }: Taint): boolean {
  return tolerations.some((each) => (each.effect === undefined || each.effect === effect) && (each.key === undefined || each.key === key) && (each.operator === 'Exists' || (each.value ?? '') === value));
}
