/**
 * WithPriorityAndFairness finds out which flow a request belongs to, and lets it on when it is that flow's turn. What
 * finds no place in a queue, or waits in it for too long, is refused.
 *
 * Upstream: k8s.io/apiserver/pkg/server/filters/priority-and-fairness.go. Leaves out the metrics and the log's fields.
 */
import type { Response } from 'express';
import { DroppedRequestsTracker } from '../flowcontrol/dropped-requests-tracker.ts';
import type { QueuedRequest } from '../flowcontrol/fairqueuing/queue.ts';
import type { QueueSet } from '../flowcontrol/fairqueuing/queue-set.ts';
import type { Classified, FlowControl } from '../flowcontrol/flow-control.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { RequestContext } from '../http/context.ts';
import type { LongRunningRequestCheck } from '../http/request-info.ts';
import { addEvent, snapshot } from '../observe/tracing.ts';
import type { ChainMetrics } from './chain-metrics.ts';
import type { Filter } from './filter.ts';
import { httpError } from './http-error.ts';
import { isReadOnly } from './with-max-in-flight-limit.ts';

/** Milliseconds; nobody waits longer in a queue. */
const HARD_WAIT_LIMIT = 60_000;

export function withPriorityAndFairness(flowControl: FlowControl, longRunning: LongRunningRequestCheck, defaultRequestWaitLimit: number, metrics?: ChainMetrics): Filter {
  const { clock, watches } = flowControl;
  const droppedRequests = new DroppedRequestsTracker(clock);

  return function withPriorityAndFairness(req, res, next) {
    const { ctx } = req;
    const info = requestInfoFrom(ctx);
    // of what runs long, only watches belong to a flow: they begin like a list
    if (info.verb !== 'watch' && longRunning(info)) return next();
    if (!ctx.user) throw new Error('no User found in context');
    const classified = flowControl.startRequest(info, ctx.user, req.url);
    const { request, queues } = classified;
    setResponseHeaders(res, classified);
    snapshot(ctx, 'flow', () => shown(classified));
    if (!request) return drop(res, classified);
    return request.state === 'executing' ? execute() : waitForTurn(ctx, request, queues).then(() => (request.state === 'executing' ? execute() : drop(res, classified)));

    function execute(): void {
      const done = metrics?.inflight.enter('executing', isReadOnly(info));
      const release = once(() => {
        queues.finish(request!);
        done?.();
      });
      ctx.defer(release);
      if (info.verb === 'watch') {
        // what comes then costs next to nothing
        ctx.watchInitialized = release;
        ctx.defer(watches.registerWatch(info));
      }
      next();
    }
  };

  async function waitForTurn(ctx: RequestContext, request: QueuedRequest, queues: QueueSet): Promise<void> {
    const from = clock.now();
    const waited = metrics?.inflight.enter('waiting', isReadOnly(requestInfoFrom(ctx)));
    addEvent(ctx, 'Waiting in a queue', { length: request.queue?.waiting.size ?? 0 });
    const stopClock = clock.after(Math.max(0, ctx.requestReceivedTimestamp + waitLimit(ctx, defaultRequestWaitLimit) - from), () => queues.cancel(request));
    // its turn may have come at that very moment
    ctx.onAbort(() => queues.finish(request));
    await request.decision();
    waited?.();
    stopClock();
    ctx.latency?.track('apf-queue-wait', clock.now() - from);
    addEvent(ctx, request.state === 'executing' ? 'Dispatched' : 'Gave up waiting');
  }

  function drop(res: Response, { priorityLevel: { name } }: Classified): void {
    metrics?.requests.recordDropped(res.req);
    droppedRequests.recordDroppedRequest(name);
    res.setHeader('Retry-After', String(droppedRequests.getRetryAfter(name)));
    httpError(res, 'Too many requests, please try again later.', 429);
  }
}

/** Once it has been called it holds on to nothing: a watch gives its seat back long before it ends. */
function once(fn: () => void): () => void {
  let left: (() => void) | undefined = fn;
  return () => {
    left?.();
    left = undefined;
  };
}

/** A fourth of the time that the request has, so that some is left to answer it. */
function waitLimit({ deadline, requestReceivedTimestamp }: RequestContext, defaultLimit: number): number {
  return Math.min(deadline === undefined ? defaultLimit : (deadline - requestReceivedTimestamp) / 4, HARD_WAIT_LIMIT);
}

/** Uids alone: names would tell whoever is refused what is thought of him. */
function setResponseHeaders(res: Response, { flowSchema, priorityLevel }: Classified): void {
  res.setHeader('X-Kubernetes-Pf-Prioritylevel-Uid', priorityLevel.uid);
  res.setHeader('X-Kubernetes-Pf-Flowschema-Uid', flowSchema.uid);
}

function shown({ flowSchema, priorityLevel, distinguisher, work, request, queues }: Classified): object {
  const queue = request?.queue && queues.queues.indexOf(request.queue);
  return { flowSchema: flowSchema.name, priorityLevel: priorityLevel.name, distinguisher, ...work, ...(queue !== undefined && { queue }), state: request?.state ?? 'rejected' };
}
