/**
 * How a server ends: it says so, waits until nobody sends it requests any more, answers those that it has begun, and
 * ends the watches.
 *
 * Upstream: RunWithContext of k8s.io/apiserver/pkg/server/genericapiserver.go, whose comment draws it. Leaves out hooks
 * before the shutdown. Watches that are given no time run on upstream, until the HTTP server's own time is over; here
 * they are ended.
 */
import type { RequestWaitGroup } from '../filters/request-wait-group.ts';
import type { HTTPServer } from './api-server.ts';
import type { LifecycleSignals } from './lifecycle-signals.ts';

export interface TerminationOptions {
  signals: LifecycleSignals;
  nonLongRunningRequests: RequestWaitGroup;
  watchRequests: RequestWaitGroup;
  /** Milliseconds, as all times here: how long requests are still taken. */
  shutdownDelayDuration: number;
  /** Whether the server goes on listening, to refuse what comes, until all is answered. */
  shutdownSendRetryAfter: boolean;
  /** How long the ends of watches are spread over. */
  shutdownWatchTerminationGracePeriod: number;
  requestTimeout: number;
}

/** What a client needs to take the end of its connection. */
const LISTENING_SHUTDOWN_TIMEOUT = 2000;

/** Nobody sends requests to a server without HTTP: there is nothing to delay. */
export async function terminateGracefully(options: TerminationOptions, http?: HTTPServer): Promise<void> {
  const { signals, nonLongRunningRequests, watchRequests, shutdownSendRetryAfter } = options;
  signals.shutdownInitiated.signal();
  if (http) await new Promise((resolve) => setTimeout(resolve, options.shutdownDelayDuration));
  signals.notAcceptingNewRequest.signal();
  if (!shutdownSendRetryAfter) void http?.shutdown(options.requestTimeout);
  const watches = watchRequests.end(new Error('the server is shutting down'), options.shutdownWatchTerminationGracePeriod);
  await Promise.all([nonLongRunningRequests.wait(), watches]);
  signals.inFlightRequestsDrained.signal();
  if (shutdownSendRetryAfter) void http?.shutdown(LISTENING_SHUTDOWN_TIMEOUT);
}
