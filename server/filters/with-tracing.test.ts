import { createServer } from 'node:http';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { resolver, testServer } from './testing.ts';
import { withAuditInit } from './with-audit-init.ts';
import { withRequestInfo } from './with-request-info.ts';
import { withTracing } from './with-tracing.ts';

test.each([
  ['/api/v1/namespaces/n/pods/p/status', 'GET /api/v1/namespaces/{:namespace}/pods/{:name}/status'],
  ['/apis/apps/v1/deployments', 'GET /apis/apps/v1/deployments'],
  ['/healthz', 'GET'],
])('names the span of %s', (path, name) => {
  const exporter = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test');
  return testServer(createServer)({ tracer, filters: [withAuditInit(() => 'id'), withRequestInfo(resolver), withTracing()] }, async (send) => {
    await send(path);
    await expect.poll(() => exporter.getFinishedSpans()).toHaveLength(4);
    const root = exporter.getFinishedSpans().find((span) => !span.parentSpanContext);
    expect(root).toMatchObject({ name, attributes: { 'http.target': path, 'audit-id': 'id' } });
  });
});
