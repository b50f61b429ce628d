/**
 * The filter chain: every request meets these steps, in this order, before it reaches the mux.
 *
 * Upstream: DefaultBuildHandlerChain of k8s.io/apiserver/pkg/server/config.go. There each handler wraps the one before
 * it, so that the first to run is written last; here the list reads as it runs. Leaves out WithRoutine, which saves
 * goroutines the memory of their stacks.
 */
import type { Express, NextFunction, Router } from 'express';
import type { CodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import type { AuditBackend } from '../audit/event.ts';
import type { Authenticator } from '../authentication/interfaces.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import type { FlowControl } from '../flowcontrol/flow-control.ts';
import type { Clock } from '../http/context.ts';
import type { LifecycleSignals } from '../http/lifecycle-signals.ts';
import type { LongRunningRequestCheck, RequestInfoResolver } from '../http/request-info.ts';
import { traced } from '../observe/traced.ts';
import type { Logger } from '../observe/logger.ts';
import type { ChainMetrics } from './chain-metrics.ts';
import type { ErrorFilter, Filter } from './filter.ts';
import type { RequestWaitGroup } from './request-wait-group.ts';
import { withAuditInit } from './with-audit-init.ts';
import { withAudit } from './with-audit.ts';
import { withAuthentication } from './with-authentication.ts';
import { withAuthorization } from './with-authorization.ts';
import { withCacheControl } from './with-cache-control.ts';
import { withCORS } from './with-cors.ts';
import { withHSTS } from './with-hsts.ts';
import { withHTTPLogging } from './with-http-logging.ts';
import { withImpersonation } from './with-impersonation.ts';
import { withLatencyTrackers } from './with-latency-trackers.ts';
import { withMaxInFlightLimit } from './with-max-in-flight-limit.ts';
import { withMuxAndDiscoveryComplete } from './with-mux-and-discovery-complete.ts';
import { withPanicRecovery } from './with-panic-recovery.ts';
import { withPriorityAndFairness } from './with-priority-and-fairness.ts';
import { withProbabilisticGoaway } from './with-probabilistic-goaway.ts';
import { withRequestDeadline } from './with-request-deadline.ts';
import { withRequestInfo } from './with-request-info.ts';
import { withRequestReceivedTimestamp } from './with-request-received-timestamp.ts';
import { withRetryAfter } from './with-retry-after.ts';
import { withTimeoutForNonLongRunningRequests } from './with-timeout-for-non-long-running-requests.ts';
import { withTracing } from './with-tracing.ts';
import { withWaitGroup } from './with-wait-group.ts';
import { withWarningRecorder } from './with-warning-recorder.ts';
import { withWatchTerminationDuringShutdown } from './with-watch-termination-during-shutdown.ts';

export interface ChainConfig {
  clock: Clock;
  log: Logger;
  /** Log a line for each request. */
  verbose: boolean;
  /** What errors are written with; without it they go out as JSON. */
  codecs?: CodecFactory;
  requestInfoResolver: RequestInfoResolver;
  longRunning: LongRunningRequestCheck;
  signals: LifecycleSignals;
  /** What is in flight and not long-running, and the watches. */
  nonLongRunningRequests: RequestWaitGroup;
  watchRequests: RequestWaitGroup;
  shutdownSendRetryAfter: boolean;
  hstsDirectives: readonly string[];
  /** Part of the requests that end their HTTP/2 connection. */
  goawayChance: number;
  /** Milliseconds. */
  requestTimeout: number;
  corsAllowedOrigins: readonly RegExp[];
  authenticator: Authenticator;
  /** Undefined where nothing is audited. */
  audit: AuditBackend | undefined;
  authorizer: Authorizer;
  /** Without it requests are counted, and belong to no flow. */
  flowControl?: FlowControl;
  maxRequestsInFlight: number;
  maxMutatingRequestsInFlight: number;
  /** Without it nobody counts them. */
  metrics?: ChainMetrics;
}

export function defaultBuildHandlerChain(c: ChainConfig): (Filter | ErrorFilter)[] {
  return [
    withAuditInit(),
    withPanicRecovery(c.log, c.codecs),
    withMuxAndDiscoveryComplete(c.signals.muxAndDiscoveryComplete),
    withRequestReceivedTimestamp(c.clock),
    withRequestInfo(c.requestInfoResolver),
    withLatencyTrackers(),
    withHTTPLogging(c.log, c.clock, c.verbose),
    ...(c.shutdownSendRetryAfter ? [withRetryAfter(c.signals.notAcceptingNewRequest)] : []),
    ...(c.hstsDirectives.length > 0 ? [withHSTS(c.hstsDirectives)] : []),
    withCacheControl(),
    ...(c.goawayChance > 0 ? [withProbabilisticGoaway(c.goawayChance)] : []),
    withWatchTerminationDuringShutdown(c.watchRequests),
    withWaitGroup(c.nonLongRunningRequests, c.longRunning),
    withRequestDeadline(c.longRunning, c.requestTimeout, c.clock, c.audit),
    withTimeoutForNonLongRunningRequests(c.longRunning, c.metrics),
    withWarningRecorder(),
    ...(c.corsAllowedOrigins.length > 0 ? [withCORS(c.corsAllowedOrigins)] : []),
    withAuthentication(c.authenticator, c.log, c.clock, c.audit, c.metrics),
    withTracing(),
    withAudit(c.audit, c.longRunning),
    withImpersonation(c.authorizer, c.clock),
    c.flowControl
      ? withPriorityAndFairness(c.flowControl, c.longRunning, c.requestTimeout / 4, c.metrics)
      : withMaxInFlightLimit(c.maxRequestsInFlight, c.maxMutatingRequestsInFlight, c.longRunning, c.metrics),
    withAuthorization(c.authorizer, c.log, c.clock, c.metrics),
  ];
}

/** Filters, then the handler, then what catches their errors. */
export function installChain(app: Express | Router, filters: readonly (Filter | ErrorFilter)[], handler: Filter): void {
  const steps: Filter[] = [];
  for (const filter of filters) if (!isErrorFilter(filter)) steps.push(traced(filter, { fn: filter.name, file: `server/filters/${fileNameOf(filter.name)}` }));
  app.use(inTurn([...steps, handler]));
  for (const filter of filters) if (isErrorFilter(filter)) app.use(filter);
}

/** Many steps as one: Express would look at the path anew in front of each. What a step throws goes on to the error filters. */
function inTurn([step, ...others]: Filter[]): Filter {
  if (!step) return (_req, _res, done) => done();
  const rest = inTurn(others);
  return (req, res, done) => {
    const next: NextFunction = (err) => (err === undefined ? rest(req, res, done) : done(err));
    try {
      step(req, res, next)?.catch(done);
    } catch (err) {
      done(err);
    }
  };
}

/** Express tells the two apart in the same way. */
function isErrorFilter(filter: Filter | ErrorFilter): filter is ErrorFilter {
  return filter.length === 4;
}

/** `with-http-logging.ts` holds withHTTPLogging. */
export function fileNameOf(name: string): string {
  return `${name.replace(/([a-z])([A-Z])/g, '$1-$2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2').toLowerCase()}.ts`;
}
