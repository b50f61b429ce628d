/**
 * Pretends to run the Pods of one pretend node: they get an address and run, those of Jobs succeed after a moment, and
 * those that are deleted stop.
 *
 * Upstream: pkg/kubelet (the sync loop, status manager). Leaves out containers, probes, and everything that takes a
 * machine.
 */
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import { metaNamespaceKeyFunc, splitMetaNamespaceKey } from '../store.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { ignoreNotFound, newQueueController } from './controller.ts';
import { isNodeReady, newNodeHeartbeat } from './node.ts';
import { isPodTerminal } from './pods.ts';
import { pendingStatus, runningStatus, terminatedStatus } from './pod-status.ts';
import { NODES, PODS } from './resources.ts';
import type { Node, Pod, PodStatus } from './types.ts';

export const NODE_NAME = 'pretend-node';
const HOST_IP = '10.0.2.15';
const POD_NETWORK = '10.244.0';

/** Milliseconds that it takes to start, to do what a Job is for, and to stop. */
const STARTING = 300;
const WORKING = 1_000;
const STOPPING = 300;

/** The exit code of what ends by SIGTERM. */
const TOLD_TO_STOP = 143;

export function newKubelet({ client, informers, clock, log }: ControllerContext): Controller {
  const pods = informers.forResource(PODS);
  const controller = newQueueController({ name: 'kubelet', clock, log, workers: 10, reconcile });
  controller.follow(pods.informer, (pod) => (pod.spec.nodeName === NODE_NAME ? [metaNamespaceKeyFunc(pod)] : []));
  const heartbeat = newNodeHeartbeat({ client, clock, log, name: NODE_NAME, hostIP: HOST_IP, podCIDR: `${POD_NETWORK}.0/24` });
  // who places Pods has to know the node
  const { promise: ready, resolve: nowReady } = Promise.withResolvers<void>();
  const lookForNode = (node: Node) => void (node.metadata.name === NODE_NAME && isNodeReady(node) && nowReady());
  informers.forResource(NODES).informer.addEventHandler({ onAdd: lookForNode, onUpdate: (_old, node) => lookForNode(node) });
  const addresses = new Map<string, string>();
  const busy = new Map<string, { uid: string; doing: string; until: number }>();
  return {
    ready,
    async run(signal) {
      await Promise.all([heartbeat(signal), controller.run(signal)]);
    },
  };

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitMetaNamespaceKey(key);
    const pod = pods.lister.namespace(namespace).find(name);
    if (!pod) return forget(key);
    const now = formatTime(clock.now());
    const { deletionTimestamp, deletionGracePeriodSeconds = 0, uid = '' } = pod.metadata;
    if (deletionTimestamp !== undefined) {
      if (isBusy(pod, key, 'stopping', Math.min(deletionGracePeriodSeconds * 1000, STOPPING))) return;
      // who counts Pods has to see how this one ended
      if (!isPodTerminal(pod)) return write(pod, terminatedStatus(pod, { now, exitCode: TOLD_TO_STOP }));
      return ignoreNotFound(client.resource(PODS, namespace).delete(name, { gracePeriodSeconds: 0, preconditions: { uid } }));
    }
    const { phase, startTime } = pod.status ?? {};
    if (startTime === undefined) await write(pod, pendingStatus(pod, { now, hostIP: HOST_IP }));
    else if (phase === 'Pending' && !isBusy(pod, key, 'starting', STARTING)) await write(pod, runningStatus(pod, { now, podIP: addressOf(key) }));
    else if (phase === 'Running' && pod.spec.restartPolicy !== 'Always' && !isBusy(pod, key, 'working', WORKING)) await write(pod, terminatedStatus(pod, { now, exitCode: 0 }));
  }

  /** Whether a Pod still does what it began to do when this was asked first; it is looked at again when it is done. */
  function isBusy({ metadata: { uid = '' } }: Pod, key: string, doing: string, ms: number): boolean {
    const now = clock.now();
    const before = busy.get(key);
    const current = before?.uid === uid && before.doing === doing ? before : { uid, doing, until: now + ms };
    busy.set(key, current);
    if (current.until > now) controller.queue.addAfter(key, current.until - now);
    return current.until > now;
  }

  function forget(key: string): void {
    addresses.delete(key);
    busy.delete(key);
  }

  async function write(pod: Pod, status: PodStatus): Promise<void> {
    await client.resource(PODS, pod.metadata.namespace).updateStatus({ ...pod, status });
  }

  /** The lowest that no Pod has. */
  function addressOf(key: string): string {
    const taken = new Set([...pods.lister.list().flatMap(({ status }) => status?.podIP ?? []), ...addresses.values()]);
    let last = 2;
    while (taken.has(`${POD_NETWORK}.${last}`) && last < 254) last++;
    const address = `${POD_NETWORK}.${last}`;
    addresses.set(key, address);
    return address;
  }
}
