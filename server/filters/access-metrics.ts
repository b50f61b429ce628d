/**
 * Who was let in, and what they were allowed.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/filters/metrics.go, pkg/audit/metrics.go, pkg/authorization/metrics,
 * pkg/authentication/request/x509/x509.go and pkg/authentication/token/cache/stats.go. Leaves out errors of audit's
 * plugins.
 */
import type { Authorizer, AuthorizerResult } from '../authorization/interfaces.ts';
import type { AuditBackend } from '../audit/event.ts';
import type { KubeRegistry, MetricVec } from '../observe/metrics/registry.ts';
import { exponentialBuckets } from '../observe/metrics/series.ts';
import type { Counter, Observer } from '../observe/metrics/vectors.ts';

const buckets = exponentialBuckets(0.001, 2, 15);
const HOUR = 3600;
const DAY = 24 * HOUR;
const certificateLifetimes = [0, 0.5 * HOUR, HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 180 * DAY, 360 * DAY];
const fetchBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Names that are told; all others are put together. */
const knownUsers = ['admin', 'client', 'kube_proxy', 'kubelet', 'system:serviceaccount:kube-system:default'];

export type AccessMetrics = ReturnType<typeof newAccessMetrics>;
/** Of tokens that may be remembered: how each was found, and what asking for one led to. */
export type TokenCacheMetrics = AccessMetrics['tokenCache'];

export function newAccessMetrics(registry: KubeRegistry) {
  const alpha = (name: string, help: string) => ({ name, help, stabilityLevel: 'ALPHA' }) as const;
  const users = registry.counterVec(alpha('authenticated_user_requests', 'Requests of known users, by name where it is one of a few.'), ['username']);
  const attempts = registry.counterVec(alpha('authentication_attempts', 'Attempts to find out whose a request is.'), ['result']);
  const authentications = registry.histogramVec({ ...alpha('authentication_duration_seconds', 'How long they took.'), buckets }, ['result']);
  const authorizations = registry.counterVec(alpha('authorization_attempts_total', 'Questions whether a request is allowed.'), ['result']);
  const authorizationTimes = registry.histogramVec({ ...alpha('authorization_duration_seconds', 'How long they took.'), buckets }, ['result']);
  const decisions = registry.counterVec(alpha('apiserver_authorization_decisions_total', 'Decisions, by the authorizer that made them.'), ['type', 'name', 'decision']);
  const auditEvents = registry.counterVec(alpha('apiserver_audit_event_total', 'Audit events that were handed over.'), []).withLabelValues();
  const auditLevels = registry.counterVec(alpha('apiserver_audit_level_total', 'Requests, by how much of them is audited.'), ['level']);
  const auditRejections = registry.counterVec(alpha('apiserver_audit_requests_rejected_total', 'Requests that were refused because they could not be audited.'), []).withLabelValues();
  const expirations = registry.histogramVec({ ...alpha('apiserver_client_certificate_expiration_seconds', 'For how long the certificates of clients were still good.'), buckets: certificateLifetimes }, []).withLabelValues();
  const tokens = registry.counterVec(alpha('authentication_token_cache_request_total', 'Tokens, by whether they were remembered.'), ['status']);
  const tokenTimes = registry.histogramVec({ ...alpha('authentication_token_cache_request_duration_seconds', 'How long it took to say whose they are.'), buckets: fetchBuckets }, ['status']);
  const fetches = registry.counterVec(alpha('authentication_token_cache_fetch_total', 'Tokens that were looked up, by whether that failed.'), ['status']);
  const fetching = registry.gaugeVec(alpha('authentication_token_cache_active_fetch_count', 'Tokens that are being looked up.'), ['status']).withLabelValues('in_flight');

  const authentication = byResult(['success', 'failure', 'error'], attempts, authentications);
  const authorization = byResult(['allowed', 'denied', 'no-opinion', 'error'], authorizations, authorizationTimes);

  return {
    authenticated(result: 'success' | 'failure' | 'error', username: string, milliseconds: number): void {
      if (result === 'success') users.withLabelValues(compressUsername(username)).inc();
      const { attempt, duration } = authentication[result];
      attempt.inc();
      duration.observe(milliseconds / 1000);
    },
    authorized(result: 'allowed' | 'denied' | 'no-opinion' | 'error', milliseconds: number): void {
      const { attempt, duration } = authorization[result];
      attempt.inc();
      duration.observe(milliseconds / 1000);
    },
    /** The authorizer, with what it decides counted. */
    instrumentAuthorizer(type: string, name: string, authorizer: Authorizer): Authorizer['authorize'] {
      const allowed = decisions.withLabelValues(type, name, 'allowed');
      const denied = decisions.withLabelValues(type, name, 'denied');
      const count = (result: AuthorizerResult) => {
        if (result.decision === 'allow') allowed.inc();
        else if (result.decision === 'deny') denied.inc();
        return result;
      };
      return (ctx, attributes) => {
        const result = authorizer.authorize(ctx, attributes);
        return result instanceof Promise ? result.then(count) : count(result);
      };
    },
    instrumentAudit({ sink, policy, ...backend }: AuditBackend): AuditBackend {
      return {
        ...backend,
        policy: {
          evaluatePolicyRule(attributes) {
            const config = policy.evaluatePolicyRule(attributes);
            auditLevels.withLabelValues(config.level).inc();
            return config;
          },
        },
        sink: {
          processEvents(...events) {
            auditEvents.inc(events.length);
            const processed = sink.processEvents(...events);
            const note = (done: boolean) => {
              if (!done && events[0]?.stage === 'RequestReceived') auditRejections.inc();
              return done;
            };
            return typeof processed === 'boolean' ? note(processed) : processed.then(note);
          },
        },
      };
    },
    certificateExpires: (milliseconds: number) => expirations.observe(milliseconds / 1000),
    tokenCache: {
      hit(): void {
        tokens.withLabelValues('hit').inc();
        tokenTimes.withLabelValues('hit').observe(0);
      },
      async fetch<T>(lookup: () => T | Promise<T>): Promise<T> {
        const start = performance.now();
        let status = 'error';
        fetching.inc();
        try {
          const found = await lookup();
          status = 'ok';
          return found;
        } finally {
          fetching.dec();
          fetches.withLabelValues(status).inc();
          tokens.withLabelValues('miss').inc();
          tokenTimes.withLabelValues('miss').observe((performance.now() - start) / 1000);
        }
      },
    },
  };
}

/** Kept at hand: each request has one. */
function byResult<R extends string>(results: readonly R[], attempts: MetricVec<Counter>, durations: MetricVec<Observer>): Record<R, { attempt: Counter; duration: Observer }> {
  return Object.fromEntries(results.map((result) => [result, { attempt: attempts.withLabelValues(result), duration: durations.withLabelValues(result) }])) as Record<R, { attempt: Counter; duration: Observer }>;
}

function compressUsername(username: string): string {
  if (knownUsers.includes(username)) return username;
  return username.includes('@') ? 'email_id' : 'other';
}
