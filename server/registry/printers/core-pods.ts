/**
 * A pod's row. Its status is what keeps the pod from running, if anything does: of its phase, its init containers and
 * its containers the last to say so.
 *
 * Upstream: printPod of pkg/printers/internalversion/printers.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { at, condition, flag, isTrue, list, number, text } from './fields.ts';
import { type PrintContext, orElse } from './format.ts';

/** What is known of a pod while its containers are looked at. */
interface Seen {
  reason: string;
  ready: number;
  restarts: number;
  /** Milliseconds since the epoch of the last restart, 0 for none. */
  lastRestart: number;
}

/** Rows of finished pods are marked, and kubectl can leave them out. */
export function podConditions(pod: KubeObject): object[] | undefined {
  const message = { Succeeded: 'The pod has completed successfully.', Failed: 'The pod failed.' }[text(pod, 'status.phase')];
  return message === undefined ? undefined : [{ type: 'Completed', status: 'True', reason: text(pod, 'status.phase'), message }];
}

export function printPod(pod: KubeObject, { name, age, since }: PrintContext): unknown[] {
  const total = list(pod, 'spec.containers').length + list(pod, 'spec.initContainers').filter(restartable).length;
  const { reason, ready, restarts, lastRestart } = podStatus(pod);
  const ago = restarts !== 0 && lastRestart > 0 ? ` (${since(new Date(lastRestart).toISOString())} ago)` : '';
  const ip = text(list(pod, 'status.podIPs')[0], 'ip') || text(pod, 'status.podIP');
  const shown = [ip, text(pod, 'spec.nodeName'), text(pod, 'status.nominatedNodeName')].map((each) => orElse(each, '<none>'));
  return [name, `${ready}/${total}`, deleting(pod, reason), `${restarts}${ago}`, age, ...shown, readinessGates(pod)];
}

const restartable = (container: unknown) => text(container, 'restartPolicy') === 'Always';

function podStatus(pod: KubeObject): Seen {
  const gated = text(condition(pod, 'PodScheduled'), 'reason') === 'SchedulingGated';
  const reason = gated ? 'SchedulingGated' : text(pod, 'status.reason') || text(pod, 'status.phase');
  const { initializing, all, sidecars } = initStatus(pod, reason);
  if (initializing && !isTrue(condition(pod, 'Initialized'))) return all;
  return containerStatus(pod, { ...all, restarts: sidecars.restarts, lastRestart: sidecars.lastRestart });
}

/** Goes through the init containers up to the first that is not done. */
function initStatus(pod: KubeObject, reason: string): { initializing: boolean; all: Seen; sidecars: Seen } {
  const inits = list(pod, 'spec.initContainers');
  const sidecarNames = new Set(inits.filter(restartable).map((each) => text(each, 'name')));
  const all: Seen = { reason, ready: 0, restarts: 0, lastRestart: 0 };
  const sidecars = { ...all };
  for (const [i, status] of list(pod, 'status.initContainerStatuses').entries()) {
    const sidecar = sidecarNames.has(text(status, 'name'));
    countRestarts(all, status);
    if (sidecar) countRestarts(sidecars, status);
    const terminated = at(status, 'state.terminated');
    if (terminated && number(terminated, 'exitCode') === 0) continue;
    if (sidecar && flag(status, 'started')) {
      if (flag(status, 'ready')) all.ready++;
      continue;
    }
    const waiting = text(status, 'state.waiting.reason');
    if (terminated) all.reason = `Init:${terminationReason(terminated)}`;
    else if (waiting !== '' && waiting !== 'PodInitializing') all.reason = `Init:${waiting}`;
    else all.reason = `Init:${i}/${inits.length}`;
    return { initializing: true, all, sidecars };
  }
  return { initializing: false, all, sidecars };
}

function containerStatus(pod: KubeObject, before: Seen): Seen {
  const seen = { ...before };
  let running = false;
  let error = '';
  for (const status of list(pod, 'status.containerStatuses').toReversed()) {
    countRestarts(seen, status);
    const terminated = at(status, 'state.terminated');
    const waiting = text(status, 'state.waiting.reason');
    if (waiting !== '') seen.reason = waiting;
    else if (terminated) {
      seen.reason = terminationReason(terminated);
      if (number(terminated, 'exitCode') !== 0) error = seen.reason;
    } else if (flag(status, 'ready') && at(status, 'state.running')) {
      running = true;
      seen.ready++;
    }
  }
  // one container may be done while others run or have failed
  if (seen.reason !== 'Completed') return seen;
  if (running && isTrue(condition(pod, 'Ready'))) seen.reason = 'Running';
  else if (error !== '') seen.reason = error;
  else if (running) seen.reason = 'NotReady';
  return seen;
}

function countRestarts(seen: Seen, status: unknown): void {
  seen.restarts += number(status, 'restartCount');
  const finished = Date.parse(text(status, 'lastState.terminated.finishedAt'));
  if (finished > seen.lastRestart) seen.lastRestart = finished;
}

function terminationReason(terminated: unknown): string {
  const signal = number(terminated, 'signal');
  return text(terminated, 'reason') || (signal !== 0 ? `Signal:${signal}` : `ExitCode:${number(terminated, 'exitCode')}`);
}

function deleting(pod: KubeObject, reason: string): string {
  if (!pod.metadata.deletionTimestamp) return reason;
  if (text(pod, 'status.reason') === 'NodeLost') return 'Unknown';
  return ['Succeeded', 'Failed'].includes(text(pod, 'status.phase')) ? reason : 'Terminating';
}

function readinessGates(pod: KubeObject): string {
  const gates = list(pod, 'spec.readinessGates');
  const met = gates.filter((gate) => isTrue(condition(pod, text(gate, 'conditionType'))));
  return gates.length === 0 ? '<none>' : `${met.length}/${gates.length}`;
}
