/**
 * The tracing of a stage in the lab: each span is told when it starts and when it ends, and only while someone looks.
 * Nobody looking, spans do not record and snapshots are not taken.
 *
 * Upstream: k8s.io/component-base/tracing/utils.go (NewProvider), which batches spans to an OTLP collector instead.
 * OpenTelemetry's API is implemented here rather than its SDK loaded, which is 8 KB of every reader's download.
 */
import type { Context, Span, SpanOptions, Tracer } from '@opentelemetry/api';
import { INVALID_SPAN_CONTEXT, ROOT_CONTEXT, TraceFlags, isSpanContextValid, trace } from '@opentelemetry/api';
import type { LabSpan } from './messages.ts';
import { RecordedSpan } from './recorded-span.ts';

export function newLabTracing(emit: (span: LabSpan) => void, wanted: () => boolean): Tracer {
  const unseen = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

  function startSpan(name: string, options: SpanOptions = {}, context: Context = ROOT_CONTEXT): Span {
    if (!wanted()) return unseen;
    const around = options.root ? undefined : trace.getSpanContext(context);
    const parent = around && isSpanContextValid(around) ? around : undefined;
    // a client that says so is not recorded, nor is what its request leads to: a crowd of them would be all that is seen
    if (parent && (parent.traceFlags & TraceFlags.SAMPLED) === 0) return trace.wrapSpanContext(parent);
    const span = new RecordedSpan(name, parent, emit);
    span.setAttributes(options.attributes ?? {});
    emit(span.toLabSpan());
    return span;
  }

  /** Nothing here is active: who runs in a span is given it. */
  function startActiveSpan<F extends (span: Span) => unknown>(name: string, ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]): ReturnType<F> {
    const [options, context, fn] = rest.length === 1 ? [{}, ROOT_CONTEXT, rest[0]] : rest.length === 2 ? [rest[0], ROOT_CONTEXT, rest[1]] : rest;
    return fn(startSpan(name, options, context)) as ReturnType<F>;
  }

  return { startSpan, startActiveSpan };
}
