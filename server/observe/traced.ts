/**
 * A handler in a span of its own name, which lasts as long as what the handler hands the request on to.
 *
 * Upstream: what k8s.io/apiserver/pkg/endpoints/filterlatency measures of each filter, as a span.
 */
import type { Span } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import type { Filter } from '../filters/filter.ts';
import type { Code } from './tracing.ts';
import { startSpan } from './tracing.ts';

/** The span is named after the handler, unless another name says it better. */
export function traced(handler: Filter, code: Code, name = code.fn): Filter {
  return (req, res, next) => {
    const { ctx } = req;
    if (!ctx.span.isRecording()) return handler(req, res, next);
    const { span } = startSpan(ctx, name, code);
    ctx.span = span;
    ctx.defer(() => span.end());
    return marked(span, () => handler(req, res, next));
  };
}

/** The span of a handler that throws says so. */
async function marked(span: Span, run: () => void | Promise<void>): Promise<void> {
  try {
    await run();
  } catch (err) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: err instanceof Error ? err.message : String(err) });
    throw err;
  }
}
