/**
 * Runs the Pods of a Job until enough of them have succeeded, or too many failed. Each Pod is counted once: its uid is
 * written down before the finalizer goes that keeps it, and counted after that.
 *
 * Upstream: pkg/controller/job. Leaves out indexed Jobs, policies, deadlines, suspending, and waiting between failures.
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import { labelSelectorAsSelector } from '../../apimachinery/labels.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import { metaNamespaceKeyFunc, splitMetaNamespaceKey } from '../store.ts';
import { setCondition } from './conditions.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { ignoreNotFound, newQueueController } from './controller.ts';
import { claim, controllerKey, newControllerRef } from './controller-ref.ts';
import { newControllerExpectations } from './expectations.ts';
import { conditionOf, isPodActive, isPodReady, isPodTerminal, isPodTerminating, podFromTemplate, slowStartBatch } from './pods.ts';
import { JOBS, PODS } from './resources.ts';
import type { Pod } from './types.ts';
import type { Job, JobStatus } from './workload-types.ts';

const FINALIZER = 'batch.kubernetes.io/job-tracking';
const isTracked = ({ metadata }: Pod) => (metadata.finalizers ?? []).includes(FINALIZER);
const uidOf = ({ metadata }: Pod) => metadata.uid ?? '';
const isOver = ({ status }: Job) => ['Complete', 'Failed'].some((type) => conditionOf(status?.conditions, type)?.status === 'True');

export function newJobController({ client, informers, clock, log }: ControllerContext): Controller {
  const jobs = informers.forResource(JOBS);
  const pods = informers.forResource(PODS);
  const expectations = newControllerExpectations(clock);
  const controller = newQueueController({ name: 'job-controller', clock, log, reconcile });
  controller.follow(jobs.informer, (job, event) => {
    const key = metaNamespaceKeyFunc(job);
    if (event === 'delete') expectations.deleteExpectations(key);
    return [key];
  });
  controller.follow(pods.informer, (pod, event) => {
    const key = controllerKey(pod, 'Job');
    if (key !== undefined && event === 'add') expectations.creationObserved(key);
    return [key];
  });
  return controller;

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitMetaNamespaceKey(key);
    const job = jobs.lister.namespace(namespace).find(name);
    const all = pods.lister.namespace(namespace).list();
    if (!job) {
      // nobody counts the Pods of a Job that is gone
      return releaseAll(namespace, all.filter((pod) => controllerKey(pod, 'Job') === key && isTracked(pod)));
    }
    const mine = await claim(all, { owner: job, ref: newControllerRef(job, 'batch/v1', 'Job'), selector: labelSelectorAsSelector(job.spec.selector), client: client.resource(PODS, namespace), fresh: () => client.resource(JOBS, namespace).get(name) });
    const needsSync = expectations.satisfied(key);
    const status = count(job, mine);
    const over = isOver(job) || job.metadata.deletionTimestamp !== undefined;
    const outcome = over ? undefined : finished(job, status);
    const active = mine.filter(isPodActive);
    if (outcome) await Promise.all(active.map((pod) => ignoreNotFound(client.resource(PODS, namespace).delete(pod.metadata.name ?? ''))));
    // an outcome is final when everything that ran is counted
    const written = outcome && (outcome.failed || active.length === 0) ? conclude(status, outcome) : status;
    if (!over && !deepEqual(job.status, written)) await client.resource(JOBS, namespace).updateStatus({ ...job, status: written });
    const uncounted = new Set([...(status.uncountedTerminatedPods?.succeeded ?? []), ...(status.uncountedTerminatedPods?.failed ?? [])]);
    await releaseAll(namespace, mine.filter((pod) => isTracked(pod) && (over || uncounted.has(uidOf(pod)))));
    if (!over && !outcome && needsSync) await manage(key, job, active, status);
  }

  function count(job: Job, mine: readonly Pod[]): JobStatus {
    const { startTime = formatTime(clock.now()), succeeded = 0, failed = 0, uncountedTerminatedPods: before = {}, ...others } = job.status ?? {};
    const tracked = mine.filter(isTracked);
    const kept = new Set(tracked.map(uidOf));
    const over = (phase: 'Succeeded' | 'Failed') => tracked.filter((pod) => (isPodTerminal(pod) ? pod.status?.phase === phase : phase === 'Failed' && isGoneForGood(pod))).map(uidOf);
    const tally = (phase: 'Succeeded' | 'Failed', sum: number, uids: readonly string[] = []) => {
      const uncounted = [...new Set([...uids.filter((uid) => kept.has(uid)), ...over(phase)])];
      return { sum: sum + uids.filter((uid) => !kept.has(uid)).length, uncounted };
    };
    const well = tally('Succeeded', succeeded, before.succeeded);
    const badly = tally('Failed', failed, before.failed);
    const active = mine.filter(isPodActive);
    const { active: _a, ready: _r, terminating: _t, ...rest } = others;
    return {
      ...rest,
      startTime,
      ...(active.length > 0 && { active: active.length }),
      ready: active.filter(isPodReady).length,
      terminating: mine.filter(isPodTerminating).length,
      ...(well.sum > 0 && { succeeded: well.sum }),
      ...(badly.sum > 0 && { failed: badly.sum }),
      uncountedTerminatedPods: { ...(well.uncounted.length > 0 && { succeeded: well.uncounted }), ...(badly.uncounted.length > 0 && { failed: badly.uncounted }) },
    };
  }

  async function manage(key: string, job: Job, active: readonly Pod[], status: JobStatus): Promise<void> {
    const { parallelism = 1, completions, suspend, template } = job.spec;
    const done = succeededOf(status);
    const most = suspend ? 0 : completions === undefined ? (done > 0 ? active.length : parallelism) : Math.min(parallelism, completions - done);
    const api = client.resource(PODS, job.metadata.namespace);
    const missing = most - active.length;
    if (missing < 0) await Promise.all(active.slice(missing).map((pod) => ignoreNotFound(api.delete(pod.metadata.name ?? ''))));
    if (missing <= 0) return;
    expectations.expectCreations(key, missing);
    const pod = podFromTemplate(job, template, newControllerRef(job, 'batch/v1', 'Job'));
    let made = 0;
    try {
      await slowStartBatch(missing, async () => {
        await api.create({ ...pod, metadata: { ...pod.metadata, finalizers: [...(pod.metadata.finalizers ?? []), FINALIZER] } });
        made++;
      });
    } finally {
      for (; made < missing; made++) expectations.creationObserved(key);
    }
  }

  async function releaseAll(namespace: string, tracked: readonly Pod[]): Promise<void> {
    await Promise.all(tracked.map(({ metadata: { name = '', uid, resourceVersion, finalizers = [] } }) => ignoreNotFound(client.resource(PODS, namespace).patch(name, 'merge-patch', { metadata: { uid, resourceVersion, finalizers: finalizers.filter((each) => each !== FINALIZER) } }))));
  }

  function conclude({ ready: _r, terminating, ...status }: JobStatus, { failed }: { failed: boolean }): JobStatus {
    const now = formatTime(clock.now());
    const because = failed ? { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' } : { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
    const counted = Object.keys(status.uncountedTerminatedPods ?? {}).length === 0 && status.active === undefined && terminating === 0;
    const types = [failed ? 'FailureTarget' : 'SuccessCriteriaMet', ...(counted ? [failed ? 'Failed' : 'Complete'] : [])];
    const conditions = types.reduce((all, type) => setCondition(all, { type, status: 'True', lastProbeTime: now, lastTransitionTime: now, ...because }), status.conditions ?? []);
    return { ...status, ready: 0, terminating: terminating ?? 0, conditions, ...(counted && !failed && { completionTime: now }) };
  }
}

const isGoneForGood = ({ metadata, spec }: Pod) => metadata.deletionTimestamp !== undefined && !spec.nodeName;
const succeededOf = ({ succeeded = 0, uncountedTerminatedPods = {} }: JobStatus) => succeeded + (uncountedTerminatedPods.succeeded ?? []).length;

function finished({ spec: { completions, backoffLimit = 6 }, status: before }: Job, status: JobStatus): { failed: boolean } | undefined {
  const failed = (status.failed ?? 0) + (status.uncountedTerminatedPods?.failed ?? []).length;
  if (failed > backoffLimit || conditionOf(before?.conditions, 'FailureTarget')?.status === 'True') return { failed: true };
  const done = succeededOf(status);
  return (completions === undefined ? done > 0 && status.active === undefined : done >= completions) ? { failed: false } : undefined;
}
