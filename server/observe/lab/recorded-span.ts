/**
 * A span that is recorded, by OpenTelemetry's API.
 *
 * Upstream: go.opentelemetry.io/otel/sdk/trace/span.go. Leaves out links, limits, and times other than now.
 */
import type { Attributes, Exception, Span, SpanContext, SpanStatus, TimeInput } from '@opentelemetry/api';
import { SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { LabSpan } from './messages.ts';

export class RecordedSpan implements Span {
  readonly #context: SpanContext;
  readonly #emit: (span: LabSpan) => void;
  readonly #span: LabSpan;

  constructor(name: string, parent: SpanContext | undefined, emit: (span: LabSpan) => void) {
    this.#context = { traceId: parent?.traceId ?? randomHex(16), spanId: randomHex(8), traceFlags: TraceFlags.SAMPLED };
    const { traceId, spanId } = this.#context;
    this.#emit = emit;
    this.#span = { traceId, spanId, ...(parent && { parentSpanId: parent.spanId }), name, start: now(), attributes: {}, events: [] };
  }

  /** As it is now; later changes do not reach what was told. */
  toLabSpan(): LabSpan {
    return { ...this.#span, attributes: { ...this.#span.attributes }, events: [...this.#span.events] };
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  isRecording(): boolean {
    return this.#span.end === undefined;
  }

  setAttribute(key: string, value: Attributes[string]): this {
    return this.setAttributes({ [key]: value });
  }

  setAttributes(attributes: Attributes): this {
    if (this.isRecording()) Object.assign(this.#span.attributes, plain(attributes));
    return this;
  }

  addEvent(name: string, attributes?: Attributes | TimeInput): this {
    const given = typeof attributes === 'object' && !Array.isArray(attributes) && !(attributes instanceof Date) ? attributes : {};
    if (this.isRecording()) this.#span.events.push({ name, time: now(), attributes: plain(given) });
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus({ code, message = '' }: SpanStatus): this {
    if (this.isRecording()) this.#span.error = code === SpanStatusCode.ERROR ? message : undefined;
    return this;
  }

  updateName(name: string): this {
    if (this.isRecording()) this.#span.name = name;
    return this;
  }

  recordException(exception: Exception): void {
    const message = typeof exception === 'string' ? exception : (exception.message ?? '');
    this.addEvent('exception', { 'exception.message': message });
  }

  end(): void {
    if (!this.isRecording()) return;
    this.#span.end = now();
    this.#emit(this.toLabSpan());
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function randomHex(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '');
}

/** OpenTelemetry also knows lists of values; the page is shown their JSON. */
function plain(attributes: Attributes): LabSpan['attributes'] {
  const result: LabSpan['attributes'] = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) result[key] = typeof value === 'object' ? JSON.stringify(value) : value;
  }
  return result;
}
