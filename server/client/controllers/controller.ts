/**
 * What all controllers have in common: events become keys in a queue, workers take the keys, and one function makes what
 * is so more like what is wanted. It may fail, and be called once too often; it is never told what has happened.
 *
 * Upstream: the shape of every controller of pkg/controller, and cmd/kube-controller-manager/app's ControllerContext.
 */
import type { Tracer } from '@opentelemetry/api';
import type { KubeObject } from '../../apimachinery/types.ts';
import type { Logger } from '../../observe/logger.ts';
import { StatusError, isAlreadyExists, isConflict, isNotFound } from '../../http/status.ts';
import type { WithDelayedExecution } from '../clock.ts';
import { lastKnown } from '../the-real-fifo.ts';
import type { RateLimitingQueue } from '../rate-limiting-queue.ts';
import { newRateLimitingQueue } from '../rate-limiting-queue.ts';
import type { RESTClient } from '../rest-client.ts';
import { runWorkers } from '../run-workers.ts';
import type { SharedIndexInformer } from '../shared-informer.ts';
import { waitForCacheSync } from '../shared-informer.ts';
import type { SharedInformerFactory } from '../shared-informer-factory.ts';
import { metaNamespaceKeyFunc } from '../store.ts';

export interface ControllerContext {
  /** A client of the controller's own user. */
  client: RESTClient;
  /** One that gets metadata only, of whatever kind. */
  metadataClient: RESTClient;
  informers: SharedInformerFactory;
  clock: WithDelayedExecution;
  tracer: Tracer;
  log: Logger;
  /** What the server's certificate is checked with, as PEM; '' where there is none. */
  rootCA: string;
}

export interface Controller {
  /** Resolves when what others need of it is there; at once where nobody does. */
  ready?: Promise<void>;
  /** Resolves when the signal is aborted and what was under way has come to its end. */
  run(signal: AbortSignal): Promise<void>;
}

export type NewController = (context: ControllerContext) => Controller;

export interface QueueController extends Controller {
  queue: RateLimitingQueue<string>;
  /** Puts into the queue what `keysOf` says of whatever changes; the object's own key where nothing is said. */
  follow<T extends KubeObject>(informer: SharedIndexInformer<T>, keysOf?: (obj: T, event: 'add' | 'update' | 'delete') => readonly (string | undefined)[]): void;
}

export interface QueueControllerOptions {
  name: string;
  clock: WithDelayedExecution;
  log: Logger;
  workers?: number;
  reconcile(key: string, signal: AbortSignal): Promise<void>;
}

export function newQueueController({ name, clock, log, workers = 2, reconcile }: QueueControllerOptions): QueueController {
  const queue = newRateLimitingQueue<string>(clock);
  const informers = new Set<SharedIndexInformer<KubeObject>>();
  const quiet: Logger = {
    ...log,
    error(err, message, values) {
      // somebody else wrote in between, or ends the namespace: that is what trying again is for
      if (!isConflict(err) && !isAlreadyExists(err) && !isNotFound(err) && !isNamespaceTerminating(err)) log.error(err, message, values);
    },
  };
  return {
    queue,
    follow<T extends KubeObject>(informer: SharedIndexInformer<T>, keysOf: (obj: T, event: 'add' | 'update' | 'delete') => readonly (string | undefined)[] = (obj) => [metaNamespaceKeyFunc(obj)]) {
      informers.add(informer as unknown as SharedIndexInformer<KubeObject>);
      const enqueue = (obj: T, event: 'add' | 'update' | 'delete') => {
        for (const key of keysOf(obj, event)) if (key !== undefined) queue.add(key);
      };
      informer.addEventHandler({
        onAdd: (obj) => enqueue(obj, 'add'),
        onUpdate(old, obj) {
          // whom it no longer concerns has to know, too
          enqueue(old, 'update');
          enqueue(obj, 'update');
        },
        onDelete: (obj) => enqueue(lastKnown(obj), 'delete'),
      });
    },
    async run(signal) {
      if (!(await waitForCacheSync(signal, ...informers))) return;
      await runWorkers({ name, queue, workers, log: quiet, sync: (key) => reconcile(key, signal) }, signal);
    },
  };
}

export function isNamespaceTerminating(err: unknown): boolean {
  return err instanceof StatusError && (err.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
}

/** What is gone already need not be deleted. */
export async function ignoreNotFound(done: Promise<unknown>): Promise<void> {
  await done.catch((err: unknown) => {
    if (!isNotFound(err)) throw err;
  });
}
