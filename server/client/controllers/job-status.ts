/**
 * What a Job says of itself: how its Pods are, and what becomes of it. A Pod is counted once: its uid is written down
 * before the finalizer goes that keeps it, and counted after that.
 *
 * Upstream: pkg/controller/job/job_controller.go (syncJob, trackJobStatusAndRemoveFinalizers, enactJobFinished).
 */
import { setCondition } from './conditions.ts';
import { conditionOf, isPodActive, isPodReady, isPodTerminating } from './pods.ts';
import type { Pod } from './types.ts';
import type { Job, JobStatus } from './workload-types.ts';

export const FINALIZER = 'batch.kubernetes.io/job-tracking';
export const isTracked = ({ metadata }: Pod) => (metadata.finalizers ?? []).includes(FINALIZER);
export const uidOf = ({ metadata }: Pod) => metadata.uid ?? '';
export const isOver = ({ status }: Job) => ['Complete', 'Failed'].some((type) => conditionOf(status?.conditions, type)?.status === 'True');

export interface Outcome {
  failed: boolean;
  reason: string;
  message: string;
}

const success: Outcome = { failed: false, reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
const tooManyFailed: Outcome = { failed: true, reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
const tooLong: Outcome = { failed: true, reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };

export const succeededOf = ({ succeeded = 0, uncountedTerminatedPods = {} }: JobStatus) => succeeded + (uncountedTerminatedPods.succeeded ?? []).length;

/** One that is deleted will not succeed any more, unless it is to be replaced only when it has ended. */
export function isPodFailed({ metadata, status }: Pod, { podReplacementPolicy }: Job['spec']): boolean {
  return status?.phase === 'Failed' || (podReplacementPolicy !== 'Failed' && metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded');
}

export function count({ spec, status: before = {} }: Job, mine: readonly Pod[], now: string): JobStatus {
  const { startTime = spec.suspend ? undefined : now, succeeded = 0, failed = 0, uncountedTerminatedPods = {}, active: _a, ready: _r, terminating: _t, ...rest } = before;
  const tracked = mine.filter(isTracked);
  const kept = new Set(tracked.map(uidOf));
  const tally = (sum: number, uids: readonly string[] = [], over: readonly Pod[]) => {
    const uncounted = [...new Set([...uids.filter((uid) => kept.has(uid)), ...over.map(uidOf)])];
    return { sum: sum + uids.filter((uid) => !kept.has(uid)).length, uncounted };
  };
  const well = tally(succeeded, uncountedTerminatedPods.succeeded, tracked.filter(({ status }) => status?.phase === 'Succeeded'));
  const badly = tally(failed, uncountedTerminatedPods.failed, tracked.filter((pod) => isPodFailed(pod, spec)));
  const active = mine.filter(isPodActive);
  return {
    ...rest,
    ...(startTime !== undefined && { startTime }),
    ...(active.length > 0 && { active: active.length }),
    ready: active.filter(isPodReady).length,
    terminating: mine.filter(isPodTerminating).length,
    ...(well.sum > 0 && { succeeded: well.sum }),
    ...(badly.sum > 0 && { failed: badly.sum }),
    uncountedTerminatedPods: { ...(well.uncounted.length > 0 && { succeeded: well.uncounted }), ...(badly.uncounted.length > 0 && { failed: badly.uncounted }) },
  };
}

/** Milliseconds that are left of its time; none while it is suspended. */
export function timeLeft({ spec: { suspend, activeDeadlineSeconds } }: Job, { startTime }: JobStatus, now: number): number {
  return suspend || activeDeadlineSeconds === undefined || startTime === undefined ? Infinity : Date.parse(startTime) + activeDeadlineSeconds * 1000 - now;
}

/** What it comes to, once that is certain. */
export function finished(job: Job, status: JobStatus, now: number): Outcome | undefined {
  const { completions, backoffLimit = 6 } = job.spec;
  const target = conditionOf(job.status?.conditions, 'FailureTarget');
  if (target?.status === 'True') return { failed: true, reason: target.reason ?? '', message: target.message ?? '' };
  const failed = (status.failed ?? 0) + (status.uncountedTerminatedPods?.failed ?? []).length;
  if (failed > backoffLimit) return tooManyFailed;
  if (timeLeft(job, status, now) <= 0) return tooLong;
  const done = succeededOf(status);
  return (completions === undefined ? done > 0 && status.active === undefined : done >= completions) ? success : undefined;
}

/** It is over when everything that ran is counted. */
export function conclude({ ready: _r, terminating = 0, ...status }: JobStatus, { failed, reason, message }: Outcome, now: string): JobStatus {
  const counted = Object.keys(status.uncountedTerminatedPods ?? {}).length === 0 && status.active === undefined && terminating === 0;
  const types = [failed ? 'FailureTarget' : 'SuccessCriteriaMet', ...(counted ? [failed ? 'Failed' : 'Complete'] : [])];
  const conditions = types.reduce((all, type) => setCondition(all, { type, status: 'True', lastProbeTime: now, lastTransitionTime: now, reason, message }), status.conditions ?? []);
  return { ...status, ready: 0, terminating, conditions, ...(counted && !failed && { completionTime: now }) };
}

/** One that is suspended has not started; one that goes on starts anew. */
export function suspendOrResume({ suspend = false }: Job['spec'], { startTime, ...status }: JobStatus, now: string): JobStatus {
  const { conditions = [] } = status;
  const unchanged = { ...status, ...(startTime !== undefined && { startTime }) };
  if (suspend === (conditionOf(conditions, 'Suspended')?.status === 'True')) return unchanged;
  const [state, reason, message] = suspend ? (['True', 'JobSuspended', 'Job suspended'] as const) : (['False', 'JobResumed', 'Job resumed'] as const);
  return { ...status, ...(!suspend && { startTime: now }), conditions: setCondition(conditions, { type: 'Suspended', status: state, lastProbeTime: now, lastTransitionTime: now, reason, message }) };
}
