/**
 * What the server counts of the requests to it.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/metrics/metrics.go. Leaves out aborts, filters, field validation, the server's
 * own requests, and the sizes of answers that are streams.
 */
import type { Request, Response } from 'express';
import type { GroupVersionResource } from '../apimachinery/types.ts';
import type { Clock } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { RouteFunction } from '../mux/web-service.ts';
import type { KubeRegistry } from '../observe/metrics/registry.ts';
import type { Counter, Observer } from '../observe/metrics/vectors.ts';
import { exponentialBuckets } from '../observe/metrics/series.ts';
import { aboutRequest, cleanScope, dryRunOf, reportedVerb } from './metrics-labels.ts';

const sliBuckets = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const latencyBuckets = [0.005, 0.025, ...sliBuckets];
const about = ['group', 'version', 'resource', 'subresource', 'scope', 'component'];
const component = 'apiserver';

/** A route: what it is about, and the verb by which it was installed. */
export interface Endpoint extends GroupVersionResource {
  subresource: string;
  /** `cluster`, `namespace` or `resource`: how much of the resource the route's path names. */
  scope: string;
  verb: string;
  deprecated: boolean;
}

export interface RequestMetrics {
  /** The handler, its requests counted and timed. */
  instrumentRoute(endpoint: Endpoint, clock: Clock, handle: RouteFunction): RouteFunction;
  /** A request was ended in the server's own defence, with this status. */
  recordTermination(req: Request, code: number): void;
  /** A request was refused because there are too many; it comes to no handler that would count it. */
  recordDropped(req: Request): void;
  /** Of one watch: to be told of each event, and its bytes. */
  watchEvents(resource: GroupVersionResource): (bytes: number) => void;
}

/** The series that a route's requests with the same verb and answer belong to. */
interface Counts {
  total: Counter;
  duration: Observer;
  sli: Observer | undefined;
  size: Observer | undefined;
}

export function newRequestMetrics(registry: KubeRegistry): RequestMetrics {
  const stable = (name: string, help: string) => ({ name, help, stabilityLevel: 'STABLE' }) as const;
  const alpha = (name: string, help: string) => ({ name, help, stabilityLevel: 'ALPHA' }) as const;
  const totals = registry.counterVec(stable('apiserver_request_total', 'Requests, by verb, dry run, resource, scope and status.'), ['verb', 'dry_run', ...about, 'code']);
  const durations = registry.histogramVec({ ...stable('apiserver_request_duration_seconds', 'How long answers take, by verb, dry run, resource and scope.'), buckets: latencyBuckets }, ['verb', 'dry_run', ...about]);
  const slis = registry.histogramVec({ ...alpha('apiserver_request_sli_duration_seconds', 'How long answers take without what webhooks and waiting for a turn took, by verb, resource and scope.'), buckets: sliBuckets }, ['verb', ...about]);
  const sizes = registry.histogramVec({ ...stable('apiserver_response_sizes', 'Bytes of the answers to reads, by verb, resource and scope.'), buckets: exponentialBuckets(1000, 10, 7) }, ['verb', ...about]);
  const longRunning = registry.gaugeVec(stable('apiserver_longrunning_requests', 'Requests that last and have not ended, by verb, resource and scope.'), ['verb', ...about]);
  const terminations = registry.counterVec(alpha('apiserver_request_terminations_total', 'Requests that were ended to protect the server, by verb, resource, scope and status.'), ['verb', ...about, 'code']);
  const deprecatedAPIs = registry.gaugeVec(stable('apiserver_requested_deprecated_apis', 'Whether a deprecated API was asked for, and the release that it goes with.'), ['group', 'version', 'resource', 'subresource', 'removed_release']);
  const events = registry.counterVec(alpha('apiserver_watch_events_total', 'Events that were sent to watching clients, by resource.'), ['group', 'version', 'resource']);
  const eventSizes = registry.histogramVec({ ...alpha('apiserver_watch_events_sizes', 'Bytes of the events that were sent to watching clients, by resource.'), buckets: exponentialBuckets(1024, 2, 8) }, ['group', 'version', 'resource']);

  return {
    instrumentRoute(endpoint, clock, handle) {
      const { group, version, resource, subresource, scope } = endpoint;
      const labels = [group, version, resource, subresource, scope, component] as const;
      const known = new Map<string, Counts>();

      function countsOf(verb: string, dryRun: string, code: number): Counts {
        const key = `${verb} ${dryRun} ${code}`;
        const counts = known.get(key) ?? {
          total: totals.withLabelValues(verb, dryRun, ...labels, String(code)),
          duration: durations.withLabelValues(verb, dryRun, ...labels),
          sli: dryRun === '' ? slis.withLabelValues(verb, ...labels) : undefined,
          size: endpoint.verb === 'get' || endpoint.verb === 'list' ? sizes.withLabelValues(verb, ...labels) : undefined,
        };
        known.set(key, counts);
        return counts;
      }

      function monitorRequest(req: Request, res: Response, verb: string): void {
        const { requestReceivedTimestamp, latency } = req.ctx;
        const seconds = (clock.now() - requestReceivedTimestamp) / 1000;
        const { total, duration, sli, size } = countsOf(verb, dryRunOf(req), res.statusCode);
        total.inc();
        duration.observe(seconds);
        if (latency) sli?.observe(seconds - ((latency.spent.get('mutating-webhook') ?? 0) + (latency.spent.get('validating-webhook') ?? 0) + (latency.spent.get('apf-queue-wait') ?? 0)) / 1000);
        const length = res.getHeader('content-length');
        if (length !== undefined) size?.observe(Number(length));
        if (endpoint.deprecated) deprecatedAPIs.withLabelValues(group, version, resource, subresource, '').set(1);
      }

      return function instrumentRoute(req, res, params) {
        const verb = reportedVerb(req, endpoint);
        const handled = handle(req, res, params);
        const lasts = verb === 'WATCH' || verb === 'CONNECT';
        const running = lasts ? longRunning.withLabelValues(verb, group, version, resource, subresource, cleanScope(requestInfoFrom(req.ctx)), component) : undefined;
        running?.inc();
        // not awaited: a watch would keep what waits for it
        return Promise.resolve(handled).then(
          () => {
            running?.dec();
            monitorRequest(req, res, verb);
          },
          (err: unknown) => {
            running?.dec();
            throw err;
          },
        );
      };
    },
    recordTermination(req, code) {
      const { verb, of } = aboutRequest(req);
      terminations.withLabelValues(verb, ...of, component, String(code)).inc();
    },
    recordDropped(req) {
      const { verb, of } = aboutRequest(req);
      totals.withLabelValues(verb, dryRunOf(req), ...of, component, '429').inc();
      terminations.withLabelValues(verb, ...of, component, '429').inc();
    },
    watchEvents({ group, version, resource }) {
      const count = events.withLabelValues(group, version, resource);
      const size = eventSizes.withLabelValues(group, version, resource);
      return (bytes) => {
        count.inc();
        size.observe(bytes);
      };
    },
  };
}
