/**
 * A pretend node: its object, and the signs of life that it gives.
 *
 * Upstream: pkg/kubelet/kubelet_node_status.go, k8s.io/component-helpers/apimachinery/lease. That the taint goes which a
 * new node has is there the node lifecycle controller's to do.
 */
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import { isAlreadyExists, isNotFound } from '../../http/status.ts';
import { until } from '../clock.ts';
import type { ResourceClient } from '../rest-client.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { setCondition } from './conditions.ts';
import type { ControllerContext } from './controller.ts';
import { conditionOf } from './pods.ts';
import { LEASES, NODES } from './resources.ts';
import type { Condition, Lease, Node } from './types.ts';

const LEASE_NAMESPACE = 'kube-node-lease';
const RENEW_INTERVAL = 10_000;
const LEASE_DURATION_SECONDS = 40;
const NOT_READY = 'node.kubernetes.io/not-ready';

const CAPACITY = { cpu: '8', memory: '16Gi', 'ephemeral-storage': '100Gi', pods: '110' };

const CONDITIONS = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

export interface NodeOptions extends Pick<ControllerContext, 'client' | 'clock' | 'log'> {
  name: string;
  hostIP: string;
  podCIDR: string;
}

/** Answers what registers the node and renews its lease until it is told to stop. */
export function newNodeHeartbeat({ client, clock, log, name, hostIP, podCIDR }: NodeOptions): (signal: AbortSignal) => Promise<void> {
  const nodes = client.resource(NODES);
  const leases = client.resource(LEASES, LEASE_NAMESPACE);
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', 'beta.kubernetes.io/os': 'linux', 'beta.kubernetes.io/arch': 'amd64' };

  async function register(): Promise<Node> {
    const node: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: { podCIDR, podCIDRs: [podCIDR] } };
    const there = await getOrCreate(nodes, node);
    const status = { ...there.status, capacity: CAPACITY, allocatable: CAPACITY, addresses: [{ type: 'InternalIP', address: hostIP }, { type: 'Hostname', address: name }], conditions: conditions(there), nodeInfo: { ...NODE_INFO, machineID: name, systemUUID: name, bootID: name } };
    const ready = await nodes.updateStatus({ ...there, status });
    const taints = (ready.spec.taints ?? []).filter(({ key }) => key !== NOT_READY);
    return taints.length === (ready.spec.taints ?? []).length ? ready : nodes.update({ ...ready, spec: { ...ready.spec, taints } });
  }

  function conditions({ status }: Node): Condition[] {
    const now = formatTime(clock.now());
    return CONDITIONS.reduce<Condition[]>((all, [type, state, reason, message]) => setCondition(all, { type, status: state, lastHeartbeatTime: now, lastTransitionTime: now, reason, message }), status?.conditions ?? []);
  }

  async function renew(owner: Node): Promise<void> {
    const renewTime = new Date(clock.now()).toISOString().replace('Z', '000Z');
    const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_DURATION_SECONDS, renewTime };
    const lease: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: LEASE_NAMESPACE, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: owner.metadata.uid ?? '' }] }, spec };
    const there = await getOrCreate(leases, lease);
    if (there.spec.renewTime !== renewTime) await leases.update({ ...there, spec: { ...there.spec, ...spec } });
  }

  async function beat(): Promise<void> {
    try {
      const there = await nodes.get(name).catch(missing);
      await renew(there && isNodeReady(there) ? there : await register());
    } catch (err) {
      log.error(err, 'kubelet: the node could not be kept', { name });
    }
  }

  return (signal) => until(clock, RENEW_INTERVAL, signal, beat);
}

/** Pods may be given to it. */
export function isNodeReady({ spec, status }: Node): boolean {
  return conditionOf(status?.conditions, 'Ready')?.status === 'True' && !spec.taints?.some(({ key }) => key === NOT_READY);
}

function missing(err: unknown): undefined {
  if (!isNotFound(err)) throw err;
}

async function getOrCreate<T extends KubeObject>(api: ResourceClient<T>, obj: T): Promise<T> {
  const name = obj.metadata.name ?? '';
  const there = await api.get(name).catch(missing);
  if (there) return there;
  return api.create(obj).catch((err: unknown) => {
    if (isAlreadyExists(err)) return api.get(name);
    throw err;
  });
}

const NODE_INFO = { kernelVersion: '6.1.0', osImage: 'none: this node is pretended', containerRuntimeVersion: 'pretend://1.0.0', kubeletVersion: 'v1.36.2', kubeProxyVersion: '', operatingSystem: 'linux', architecture: 'amd64' };
