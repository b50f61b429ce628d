import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { newScheme } from '../apimachinery/scheme.ts';
import { newCodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { newAuthenticator } from '../authentication/authenticator.ts';
import { newAlwaysAllowAuthorizer, newAlwaysDenyAuthorizer } from '../authorization/builtin.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import { FlowController } from '../flowcontrol/flow-control.ts';
import { newLifecycleSignals } from '../http/lifecycle-signals.ts';
import { defaultBuildHandlerChain, fileNameOf } from './chain.ts';
import type { ChainConfig } from './chain.ts';
import { longRunningFunc } from './long-running.ts';
import { RequestWaitGroup } from './request-wait-group.ts';
import { clock, recordingAudit, recordingLog, resolver, testServer } from './testing.ts';

/** Upstream's names, in the order in which a request of v1.36 meets them; WithRoutine is a matter of Go's. */
const upstream = [
  'withAuditInit', 'withPanicRecovery', 'withMuxAndDiscoveryComplete', 'withRequestReceivedTimestamp', 'withRequestInfo', 'withLatencyTrackers', 'withHTTPLogging',
  'withRetryAfter', 'withHSTS', 'withCacheControl', 'withProbabilisticGoaway', 'withWatchTerminationDuringShutdown', 'withWaitGroup', 'withRequestDeadline',
  'withTimeoutForNonLongRunningRequests', 'withWarningRecorder', 'withCORS', 'withAuthentication', 'withTracing', 'withAudit', 'withImpersonation',
  'withPriorityAndFairness', 'withMaxInFlightLimit', 'withAuthorization',
];
/** Requests are counted only where they belong to no flow. */
const order = upstream.filter((name) => name !== 'withMaxInFlightLimit');

const signals = newLifecycleSignals();
signals.muxAndDiscoveryComplete.signal();

const fullConfig = (authorizer: Authorizer): ChainConfig => ({
  clock, log: recordingLog(), verbose: false, codecs: newCodecFactory(newScheme()), requestInfoResolver: resolver, longRunning: longRunningFunc,
  signals, nonLongRunningRequests: new RequestWaitGroup(), watchRequests: new RequestWaitGroup(), shutdownSendRetryAfter: true, hstsDirectives: ['preload'], goawayChance: 0.01,
  requestTimeout: 60_000, corsAllowedOrigins: [/^https:$/], authenticator: newAuthenticator({ tokens: [{ token: 't', user: { name: 'alice', groups: [] } }], anonymousAuth: true }),
  audit: recordingAudit(), authorizer, flowControl: new FlowController({ clock, serverConcurrencyLimit: 600 }), maxRequestsInFlight: 400, maxMutatingRequestsInFlight: 200,
});
const chain = (authorizer: Authorizer, options: Partial<ChainConfig> = {}) => defaultBuildHandlerChain({ ...fullConfig(authorizer), ...options });
const namesOf = (options: Partial<ChainConfig> = {}) => chain(newAlwaysAllowAuthorizer(), options).map((filter) => filter.name);

test('runs the filters in upstream\'s order', () => {
  expect(namesOf()).toEqual(order);
  const { flowControl: _flowControl, ...uncounted } = fullConfig(newAlwaysAllowAuthorizer());
  expect(defaultBuildHandlerChain(uncounted).map((filter) => filter.name)).toEqual(upstream.filter((name) => name !== 'withPriorityAndFairness'));
});

test('runs them in the order that the chapter lists', () => {
  const chapter = readFileSync(new URL('../../chapters/02-filters.mdx', import.meta.url), 'utf8');
  const [, section = ''] = /^## The order$(.*?)^## /ms.exec(chapter) ?? [];
  expect([...section.matchAll(/^\d+\. `(with\w+)`/gm)].map(([, name]) => name)).toEqual(upstream);
});

test.each<[string, Partial<ChainConfig>, string]>([
  ['no refusal at the end', { shutdownSendRetryAfter: false }, 'withRetryAfter'],
  ['no directives', { hstsDirectives: [] }, 'withHSTS'],
  ['no chance', { goawayChance: 0 }, 'withProbabilisticGoaway'],
  ['no origins', { corsAllowedOrigins: [] }, 'withCORS'],
])('with %s goes without the filter for it', (_, options, left) => {
  expect(namesOf(options)).toEqual(order.filter((name) => name !== left));
});

test.each(upstream)('%s stands in a file of its name, with its test', async (name) => {
  const file = new URL(`./${fileNameOf(name)}`, import.meta.url);
  expect(await import(/* @vite-ignore */ file.href)).toHaveProperty(name);
  expect(existsSync(file.pathname.replace(/\.ts$/, '.test.ts'))).toBe(true);
});

/** Sends one request with every span recorded. */
async function traceOf(authorizer: Authorizer) {
  const exporter = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test');
  const spans = exporter.getFinishedSpans.bind(exporter);
  const answer = await testServer(createServer)({ filters: chain(authorizer), tracer }, async (send) => {
    const got = await send('/api/v1/namespaces/n/pods', { headers: { Authorization: 'Bearer t' } });
    await expect.poll(() => spans()).toHaveLength(order.length);
    return got;
  });
  return { answer, spans: spans() };
}

test('wraps each filter in a span that covers the rest of the chain', async () => {
  const { answer, spans } = await traceOf(newAlwaysAllowAuthorizer());
  expect(answer.text).toBe('handled');
  const nested: string[] = [];
  for (let parent = spans.find((span) => !span.parentSpanContext); parent; parent = spans.find((span) => span.parentSpanContext?.spanId === parent?.spanContext().spanId)) nested.push(parent.name);
  expect(nested).toEqual(['GET /api/v1/namespaces/{:namespace}/pods', ...order.filter((name) => name !== 'withPanicRecovery')]);
  const authentication = spans.find((span) => span.name === 'withAuthentication');
  expect(authentication?.attributes).toMatchObject({ 'code.function.name': 'withAuthentication', 'code.file.path': 'server/filters/with-authentication.ts' });
});

test('leaves snapshots for the reader, and no secret in them', async () => {
  const { spans } = await traceOf(newAlwaysAllowAuthorizer());
  const snapshotOf = (name: string, key: string) => JSON.parse(String(spans.find((span) => span.name === name)?.attributes[`snapshot.${key}`]));
  expect(snapshotOf('withRequestInfo', 'requestInfo')).toMatchObject({ verb: 'list', resource: 'pods', namespace: 'n' });
  expect(snapshotOf('withAuthentication', 'user')).toEqual({ name: 'alice', groups: ['system:authenticated'] });
  expect(snapshotOf('withAuthorization', 'decision')).toEqual({ decision: 'allow', reason: '' });
});

test('marks the span of the filter that refused', async () => {
  const { answer, spans } = await traceOf(newAlwaysDenyAuthorizer());
  expect(answer.status).toBe(403);
  expect(spans.filter((span) => span.status.code !== 0).map((span) => span.name)).toEqual(['withAuthorization']);
});
