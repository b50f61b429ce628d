import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { labSpan } from './messages.ts';
import type { LabSpan } from './messages.ts';
import { newLabTracing } from './span-recorder.ts';

function record(wanted = () => true) {
  const spans: LabSpan[] = [];
  return { spans, tracer: newLabTracing((span) => spans.push(labSpan.parse(span)), wanted) };
}

test('tells a span when it starts and again when it ends, with what happened in between', () => {
  const { spans, tracer } = record();
  const span = tracer.startSpan('Create', { attributes: { 'code.function.name': 'create' } });
  span.addEvent('Txn call completed', { revision: 7 });
  span.setAttribute('snapshot.object', '{"kind":"Pod"}');
  span.end();
  const [started, ended] = spans;
  expect(started).toEqual({ traceId: span.spanContext().traceId, spanId: span.spanContext().spanId, name: 'Create', start: started?.start, attributes: { 'code.function.name': 'create' }, events: [] });
  expect(ended).toMatchObject({
    spanId: started?.spanId,
    start: started?.start,
    attributes: { 'code.function.name': 'create', 'snapshot.object': '{"kind":"Pod"}' },
    events: [{ name: 'Txn call completed', attributes: { revision: 7 } }],
  });
  expect(ended?.end).toBeGreaterThanOrEqual(started?.start ?? Infinity);
  expect(Math.abs(Date.now() - (ended?.end ?? 0))).toBeLessThan(60_000);
});

test('a span inside another names it, and belongs to its trace', () => {
  const { spans, tracer } = record();
  const outer = tracer.startSpan('outer');
  tracer.startSpan('inner', {}, trace.setSpan(ROOT_CONTEXT, outer));
  const { traceId, spanId } = outer.spanContext();
  expect(spans[1]).toMatchObject({ name: 'inner', traceId, parentSpanId: spanId });
});

test.each([
  ['names its own trace', 1, ['GET /', 'inner']],
  ['does not want to be sampled: neither is anything inside it', 0, []],
])('a request %s', (_what, traceFlags, seen) => {
  const { spans, tracer } = record();
  const remote = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', isRemote: true };
  const outer = tracer.startSpan('GET /', {}, trace.setSpanContext(ROOT_CONTEXT, { ...remote, traceFlags }));
  tracer.startSpan('inner', {}, trace.setSpan(ROOT_CONTEXT, outer));
  expect(spans.map(({ name }) => name)).toEqual(seen);
  expect(spans.every(({ traceId }) => traceId === remote.traceId)).toBe(true);
});

test('carries the error of a span, and shows lists as JSON', () => {
  const { spans, tracer } = record();
  const span = tracer.startSpan('Get', { attributes: { groups: ['a', 'b'] } });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'pods "x" not found' });
  span.end();
  expect(spans[1]).toMatchObject({ error: 'pods "x" not found', attributes: { groups: '["a","b"]' } });
});

test('changes nothing once a span has ended', () => {
  const { spans, tracer } = record();
  const span = tracer.startSpan('Get');
  span.end();
  span.setAttribute('late', true).addEvent('late').updateName('late').setStatus({ code: SpanStatusCode.ERROR }).end();
  expect(span.isRecording()).toBe(false);
  expect(spans).toHaveLength(2);
  expect(spans[1]).toMatchObject({ name: 'Get', attributes: {}, events: [] });
});

test('what runs in a span is given it, inside the context that was named', () => {
  const { spans, tracer } = record();
  const outer = tracer.startSpan('outer');
  const inside = trace.setSpan(ROOT_CONTEXT, outer);
  expect(tracer.startActiveSpan('inner', { attributes: { n: 1 } }, inside, (span) => span.spanContext().traceId)).toBe(outer.spanContext().traceId);
  expect(tracer.startActiveSpan('alone', () => 'done')).toBe('done');
  expect(spans.slice(1)).toMatchObject([{ name: 'inner', parentSpanId: outer.spanContext().spanId, attributes: { n: 1 } }, { name: 'alone' }]);
});

test('records nothing while nobody looks', () => {
  let looking = false;
  const { spans, tracer } = record(() => looking);
  const unseen = tracer.startSpan('unseen');
  looking = true;
  const seen = tracer.startSpan('seen');
  unseen.end();
  expect([unseen.isRecording(), seen.isRecording()]).toEqual([false, true]);
  expect(spans.map((span) => span.name)).toEqual(['seen']);
});
