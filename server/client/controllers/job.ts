/**
 * Runs the Pods of a Job until enough of them have succeeded, or too many failed.
 *
 * Upstream: pkg/controller/job. Leaves out indexed Jobs, and policies of failure and success.
 */
import { deepEqual } from '../../apimachinery/deep.ts';
import { labelSelectorAsSelector } from '../../apimachinery/labels.ts';
import { formatTime } from '../../apimachinery/serializer/go-time.ts';
import { metaNamespaceKeyFunc, splitMetaNamespaceKey } from '../store.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { ignoreNotFound, newQueueController } from './controller.ts';
import { claim, controllerKey, newControllerRef } from './controller-ref.ts';
import { newControllerExpectations } from './expectations.ts';
import { newPodBackoff } from './job-backoff.ts';
import { FINALIZER, conclude, count, finished, isOver, isTracked, succeededOf, suspendOrResume, timeLeft, uidOf } from './job-status.ts';
import { isPodActive, podFromTemplate, rankForDeletion, slowStartBatch } from './pods.ts';
import { JOBS, PODS } from './resources.ts';
import type { Pod } from './types.ts';
import type { Job, JobStatus } from './workload-types.ts';

export function newJobController({ client, informers, clock, log }: ControllerContext): Controller {
  const jobs = informers.forResource(JOBS);
  const pods = informers.forResource(PODS);
  const expectations = newControllerExpectations(clock);
  const backoff = newPodBackoff(clock);
  const controller = newQueueController({ name: 'job-controller', clock, log, reconcile });
  controller.follow(jobs.informer, (job, event) => {
    const key = metaNamespaceKeyFunc(job);
    if (event === 'delete' || isOver(job)) backoff.forget(key);
    if (event === 'delete') expectations.deleteExpectations(key);
    return [key];
  });
  controller.follow(pods.informer, (pod, event) => {
    const key = controllerKey(pod, 'Job');
    if (key === undefined) return [];
    if (event === 'add') expectations.creationObserved(key);
    if (event === 'delete' || pod.metadata.deletionTimestamp !== undefined) expectations.deletionObserved(key, uidOf(pod));
    return [key];
  });
  return controller;

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitMetaNamespaceKey(key);
    const job = jobs.lister.namespace(namespace).find(name);
    const all = pods.lister.namespace(namespace).list();
    if (!job) {
      // nobody counts the Pods of a Job that is gone
      return releaseAll(all.filter((pod) => controllerKey(pod, 'Job') === key && isTracked(pod)));
    }
    const needsSync = expectations.satisfied(key);
    const mine = await claim(all, { owner: job, ref: newControllerRef(job, 'batch/v1', 'Job'), selector: labelSelectorAsSelector(job.spec.selector), client: client.resource(PODS, namespace), fresh: () => client.resource(JOBS, namespace).get(name) });
    if (isOver(job) || job.metadata.deletionTimestamp !== undefined) return releaseAll(mine.filter(isTracked));
    const now = clock.now();
    const status = count(job, mine, formatTime(now));
    const wait = backoff.left(key, job, mine);
    const active = mine.filter(isPodActive);
    // Pods that are not seen yet may be a part of it
    const outcome = needsSync ? finished(job, status, now) : undefined;
    if (outcome) await Promise.all(active.map(deletePod));
    const manages = needsSync && !outcome;
    // an outcome is final when everything that ran is counted
    const concluded = outcome && (outcome.failed || active.length === 0) ? conclude(status, outcome, formatTime(now)) : status;
    const written = manages ? suspendOrResume(job.spec, concluded, formatTime(now)) : concluded;
    if (!deepEqual(job.status, written)) await client.resource(JOBS, namespace).updateStatus({ ...job, status: written });
    const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
    await releaseAll(mine.filter((pod) => isTracked(pod) && [...succeeded, ...failed].includes(uidOf(pod))));
    if (manages) await manage(key, job, active, status, wait);
    const left = timeLeft(job, written, now);
    if (!outcome && left < Infinity) controller.queue.addAfter(key, left);
  }

  async function manage(key: string, job: Job, active: readonly Pod[], status: JobStatus, wait: number): Promise<void> {
    const { parallelism = 1, completions, suspend, podReplacementPolicy } = job.spec;
    const done = succeededOf(status);
    const most = suspend ? 0 : completions === undefined ? (done > 0 ? active.length : parallelism) : Math.min(parallelism, completions - done);
    if (active.length > most) return remove(key, rankForDeletion(active).slice(0, active.length - most));
    const waits = podReplacementPolicy === 'Failed' ? (status.terminating ?? 0) : 0;
    const missing = most - active.length - waits;
    if (missing > 0 && wait > 0) return controller.queue.addAfter(key, wait);
    if (missing > 0) await create(key, job, missing);
  }

  /** Those that are too many have not failed: they are not counted. */
  async function remove(key: string, leaving: readonly Pod[]): Promise<void> {
    expectations.expectDeletions(key, leaving.map(uidOf));
    await Promise.all(leaving.map(async (pod) => {
      try {
        await ignoreNotFound(release(pod));
        await deletePod(pod);
      } catch (err) {
        expectations.deletionObserved(key, uidOf(pod));
        throw err;
      }
    }));
  }

  async function create(key: string, job: Job, missing: number): Promise<void> {
    expectations.expectCreations(key, missing);
    const pod = podFromTemplate(job, job.spec.template, newControllerRef(job, 'batch/v1', 'Job'));
    let made = 0;
    try {
      await slowStartBatch(missing, async () => {
        await client.resource(PODS, job.metadata.namespace).create({ ...pod, metadata: { ...pod.metadata, finalizers: [...(pod.metadata.finalizers ?? []), FINALIZER] } });
        made++;
      });
    } finally {
      for (; made < missing; made++) expectations.creationObserved(key);
    }
  }

  async function releaseAll(tracked: readonly Pod[]): Promise<void> {
    await Promise.all(tracked.map((pod) => ignoreNotFound(release(pod))));
  }

  async function release({ metadata: { name = '', namespace, uid, resourceVersion, finalizers = [] } }: Pod): Promise<void> {
    await client.resource(PODS, namespace).patch(name, 'merge-patch', { metadata: { uid, resourceVersion, finalizers: finalizers.filter((each) => each !== FINALIZER) } });
  }

  async function deletePod({ metadata: { name = '', namespace } }: Pod): Promise<void> {
    await ignoreNotFound(client.resource(PODS, namespace).delete(name));
  }
}
