/**
 * Deletes a Job that is over when it has been kept for as long as it wants to be.
 *
 * Upstream: pkg/controller/ttlafterfinished. It asks for the Job again before; ours deletes only what it has seen.
 */
import { metaNamespaceKeyFunc, splitMetaNamespaceKey } from '../store.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { ignoreNotFound, newQueueController } from './controller.ts';
import { JOBS } from './resources.ts';
import type { Job } from './workload-types.ts';

export function newTTLAfterFinishedController({ client, informers, clock, log }: ControllerContext): Controller {
  const jobs = informers.forResource(JOBS);
  const controller = newQueueController({ name: 'ttl-after-finished-controller', clock, log, workers: 5, reconcile });
  controller.follow(jobs.informer, (job) => (expiresAt(job) === undefined ? [] : [metaNamespaceKeyFunc(job)]));
  return controller;

  async function reconcile(key: string): Promise<void> {
    const { namespace, name } = splitMetaNamespaceKey(key);
    const job = jobs.lister.namespace(namespace).find(name);
    const expires = job && expiresAt(job);
    if (!job || expires === undefined) return;
    const left = expires - clock.now();
    if (left > 0) return controller.queue.addAfter(key, left);
    const { uid = '', resourceVersion = '' } = job.metadata;
    await ignoreNotFound(client.resource(JOBS, namespace).delete(name, { propagationPolicy: 'Foreground', preconditions: { uid, resourceVersion } }));
  }
}

/** Undefined for one that stays, is not over, or goes already. */
function expiresAt({ metadata, spec: { ttlSecondsAfterFinished }, status }: Job): number | undefined {
  const over = status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
  if (ttlSecondsAfterFinished === undefined || over?.lastTransitionTime === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  return Date.parse(over.lastTransitionTime) + ttlSecondsAfterFinished * 1000;
}
