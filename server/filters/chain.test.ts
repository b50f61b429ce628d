import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect, test, vi } from 'vitest';
import { newScheme } from '../apimachinery/scheme.ts';
import { newCodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { newAuthenticator } from '../authentication/authenticator.ts';
import { newAlwaysAllowAuthorizer, newAlwaysDenyAuthorizer } from '../authorization/builtin.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import { defaultBuildHandlerChain, fileNameOf } from './chain.ts';
import { longRunningFunc } from './long-running.ts';
import { RequestWaitGroup } from './request-wait-group.ts';
import { clock, recordingAudit, recordingLog, resolver, testServer } from './testing.ts';

const order = [
  'withAuditInit', 'withPanicRecovery', 'withRequestReceivedTimestamp', 'withRequestInfo', 'withLatencyTrackers', 'withHTTPLogging', 'withCacheControl',
  'withWaitGroup', 'withRequestDeadline', 'withTimeoutForNonLongRunningRequests', 'withWarningRecorder', 'withCORS', 'withAuthentication', 'withTracing',
  'withAudit', 'withImpersonation', 'withPriorityAndFairness', 'withMaxInFlightLimit', 'withAuthorization',
];

const chain = (authorizer: Authorizer) =>
  defaultBuildHandlerChain({
    clock, log: recordingLog(), verbose: false, codecs: newCodecFactory(newScheme()), requestInfoResolver: resolver, longRunning: longRunningFunc,
    waitGroups: { nonLongRunning: new RequestWaitGroup(), longRunning: new RequestWaitGroup() },
    requestTimeout: 60_000, corsAllowedOrigins: [], authenticator: newAuthenticator({ tokens: [{ token: 't', user: { name: 'alice', groups: [] } }], anonymousAuth: true }),
    audit: recordingAudit(), authorizer, flowControl: { classify: () => undefined }, maxRequestsInFlight: 400, maxMutatingRequestsInFlight: 200,
  });

test('runs the filters in upstream\'s order', () => {
  expect(chain(newAlwaysAllowAuthorizer()).map((filter) => filter.name)).toEqual(order);
});

test.each(order)('%s stands in a file of its name, with its test', async (name) => {
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
    await vi.waitFor(() => expect(spans()).toHaveLength(order.length));
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
