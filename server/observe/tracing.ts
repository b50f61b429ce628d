/**
 * Spans around the steps of a request, by OpenTelemetry's API. A request that is not sampled pays one check per step.
 *
 * Upstream: k8s.io/component-base/tracing/tracing.go (Start, AddEvent, End). Names of spans and events are upstream's.
 * Ours adds where the code stands (`code.function.name`, `code.file.path`) and snapshots, which the lab's pages show.
 */
import type { Attributes } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RequestContext } from '../http/context.ts';

/** Where a step's code stands: the function's name and its file from the project's root. */
export interface Code {
  fn: string;
  file: string;
}

/** Runs `fn` inside a span; the span ends with it, and takes its error. */
export function withSpan<T>(ctx: RequestContext, name: string, code: Code, fn: (ctx: RequestContext) => Promise<T>, attributes?: Attributes): Promise<T> {
  return ctx.span.isRecording() ? inSpan(startSpan(ctx, name, code, attributes), fn) : fn(ctx);
}

async function inSpan<T>(inner: RequestContext, fn: (ctx: RequestContext) => Promise<T>): Promise<T> {
  try {
    return await fn(inner);
  } catch (err) {
    inner.span.setStatus({ code: SpanStatusCode.ERROR, message: err instanceof Error ? err.message : String(err) });
    throw err;
  } finally {
    inner.span.end();
  }
}

/** A context inside a new span, which the caller ends. */
export function startSpan(ctx: RequestContext, name: string, code: Code, attributes?: Attributes): RequestContext {
  if (!ctx.span.isRecording()) return ctx;
  const where = { 'code.function.name': code.fn, 'code.file.path': code.file };
  return ctx.withSpan(ctx.tracer.startSpan(name, { attributes: { ...where, ...attributes } }, trace.setSpan(ROOT_CONTEXT, ctx.span)));
}

/** A step inside the current span (`About to write a response`, `Txn call completed`). */
export function addEvent(ctx: RequestContext, name: string, attributes?: Attributes): void {
  if (ctx.span.isRecording()) ctx.span.addEvent(name, attributes);
}

/** What a value was at this point, for a reader: an attribute `snapshot.<name>` holding JSON. Nothing secret goes in. */
export function snapshot(ctx: RequestContext, name: string, value: () => unknown): void {
  if (ctx.span.isRecording()) ctx.span.setAttribute(`snapshot.${name}`, JSON.stringify(value()));
}
