/**
 * What a kubelet says of a Pod: its phase, its conditions, and how its containers are.
 *
 * Upstream: pkg/kubelet/kubelet_pods.go (generateAPIPodStatus) and pkg/kubelet/status/generate.go.
 */
import { setCondition } from './conditions.ts';
import type { Condition, Container, Pod, PodStatus } from './types.ts';

type State = Record<'waiting' | 'running' | 'terminated', object>;

export function pendingStatus({ spec, status = {}, metadata }: Pod, { now, hostIP }: { now: string; hostIP: string }): PodStatus {
  const unready = `containers with unready status: [${spec.containers.map(({ name }) => name).join(' ')}]`;
  const notReady = { status: 'False', reason: 'ContainersNotReady', message: unready } as const;
  return {
    ...status,
    phase: 'Pending',
    ...generation(metadata.generation),
    conditions: conditions(status, now, metadata.generation, [
      { type: 'PodReadyToStartContainers', status: 'False' },
      { type: 'Initialized', status: 'True' },
      { type: 'Ready', ...notReady },
      { type: 'ContainersReady', ...notReady },
      { type: 'PodScheduled', status: 'True' },
    ]),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    startTime: now,
    containerStatuses: spec.containers.map((container) => containerStatus(container, { waiting: { reason: 'ContainerCreating' } })),
  };
}

export function runningStatus({ spec, status = {}, metadata }: Pod, { now, podIP }: { now: string; podIP: string }): PodStatus {
  return {
    ...status,
    phase: 'Running',
    ...generation(metadata.generation),
    conditions: conditions(status, now, metadata.generation, ['PodReadyToStartContainers', 'Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' }))),
    podIP,
    podIPs: [{ ip: podIP }],
    containerStatuses: spec.containers.map((container) => containerStatus(container, { running: { startedAt: now } }, `pretend://${metadata.uid}-${container.name}`)),
  };
}

/** All containers have ended, by themselves or since they were told to. */
export function terminatedStatus({ spec, status = {}, metadata }: Pod, { now, exitCode }: { now: string; exitCode: number }): PodStatus {
  const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
  const reason = exitCode === 0 ? 'PodCompleted' : 'PodFailed';
  const over = { status: 'False', reason } as const;
  return {
    ...status,
    phase,
    ...generation(metadata.generation),
    conditions: conditions(status, now, metadata.generation, [{ type: 'PodReadyToStartContainers', status: 'False' }, ...(exitCode === 0 ? [{ type: 'Initialized', status: 'True', reason } as const] : []), { type: 'Ready', ...over }, { type: 'ContainersReady', ...over }]),
    containerStatuses: spec.containers.map((container) => {
      const containerID = `pretend://${metadata.uid}-${container.name}`;
      return containerStatus(container, { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: status.startTime ?? now, finishedAt: now, containerID } }, containerID);
    }),
  };
}

const generation = (observedGeneration: number | undefined) => (observedGeneration === undefined ? {} : { observedGeneration });

function conditions({ conditions = [] }: PodStatus, now: string, observed: number | undefined, next: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>[]): Condition[] {
  return next.reduce<Condition[]>((all, condition) => setCondition(all, { ...condition, ...generation(observed), lastProbeTime: null, lastTransitionTime: now }), conditions);
}

function containerStatus({ name, image = '' }: Container, state: Partial<State>, containerID?: string): object {
  const running = 'running' in state;
  return { name, state, lastState: {}, ready: running, restartCount: 0, image, imageID: containerID === undefined ? '' : `pretend://${image}`, started: running, ...(containerID !== undefined && { containerID }) };
}
