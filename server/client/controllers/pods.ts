/**
 * What controllers ask of Pods, and how they make them.
 *
 * Upstream: pkg/api/v1/pod/util.go, pkg/controller/controller_utils.go (PodControl, ActivePods, ComputeHash).
 */
import type { KubeObject, OwnerReference } from '../../apimachinery/types.ts';
import type { Clock } from '../../http/context.ts';
import type { Condition, Pod } from './types.ts';
import type { PodTemplateSpec } from './workload-types.ts';

export const conditionOf = (conditions: readonly Condition[] | undefined, type: string) => conditions?.find((condition) => condition.type === type);

export const isPodReady = ({ status }: Pod) => conditionOf(status?.conditions, 'Ready')?.status === 'True';
export const isPodTerminal = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
export const isPodTerminating = (pod: Pod) => !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;
/** It runs, or will. */
export const isPodActive = (pod: Pod) => !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;

/** It has been ready for as long as it takes to be relied on. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, { now }: Clock): boolean {
  return isPodReady(pod) && availableIn(pod, minReadySeconds, now()) <= 0;
}

/** Milliseconds until a Pod that is ready is available. */
export function availableIn({ status }: Pod, minReadySeconds: number, now: number): number {
  const since = conditionOf(status?.conditions, 'Ready')?.lastTransitionTime;
  return minReadySeconds === 0 || since === undefined ? 0 : Date.parse(since) + minReadySeconds * 1000 - now;
}

/** Those that go first come first: what does the least, and among equals the youngest. */
export function rankForDeletion(pods: readonly Pod[]): Pod[] {
  const phases = ['Pending', 'Unknown', 'Running'];
  const rank = (pod: Pod) => [pod.spec.nodeName ? 1 : 0, phases.indexOf(pod.status?.phase ?? ''), isPodReady(pod) ? 1 : 0, -Date.parse(pod.metadata.creationTimestamp ?? '')];
  return pods.toSorted((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((value, i) => value !== right[i]);
    return at < 0 ? 0 : left[at]! - right[at]!;
  });
}

export function podFromTemplate({ metadata: { name = '', namespace = '' } }: KubeObject, { metadata = {}, spec }: PodTemplateSpec, ref: OwnerReference): Pod {
  const { labels, annotations, finalizers } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, generateName: `${name}-`, ...(labels && { labels }), ...(annotations && { annotations }), ...(finalizers && { finalizers }), ownerReferences: [ref] },
    spec,
  };
}

/** Asks for many carefully: one, then twice as many each time, so that what is refused is not refused a thousand times. */
export async function slowStartBatch(count: number, fn: () => Promise<void>): Promise<number> {
  let done = 0;
  for (let size = 1; done < count; size *= 2) {
    const batch = await Promise.allSettled(Array.from({ length: Math.min(size, count - done) }, fn));
    done += batch.filter(({ status }) => status === 'fulfilled').length;
    const failed = batch.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
  return done;
}

const ALPHANUMS = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * A short name for a template's content. Upstream hashes Go's own dump of the struct, so that its names are others; what
 * counts is that equal templates have equal names.
 */
export function computeHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  let hash = 0x811c9dc5;
  const text = JSON.stringify(template, (_key, value: unknown) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value));
  for (const byte of new TextEncoder().encode(`${text}${collisionCount ?? ''}`)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return [...String(hash)].map((digit) => ALPHANUMS[digit.charCodeAt(0) % ALPHANUMS.length]).join('');
}
