/**
 * What a request carries down the chain, as Go's context.Context does: cancellation, deadline, and what each filter
 * found out. Filters fill it in; everything below them takes it as its first argument.
 *
 * Upstream: context.Context with k8s.io/apiserver/pkg/endpoints/request/context.go, audit's and warning's own keys.
 * Leaves out immutability: one context per request, and a derived one per span.
 */
import type { Span, Tracer } from '@opentelemetry/api';
import type { AuditContext } from '../audit/context.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import type { Cancellation } from './cancellation.ts';
import type { LatencyTrackers } from './latency-trackers.ts';
import type { RequestInfo } from './request-info.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Warnings extends Iterable<string> {
  add(text: string): unknown;
}

/** What packs an answer. */
export type NewGzip = () => { readable: AsyncIterable<Uint8Array>; writable: Pick<WritableStream<Uint8Array<ArrayBuffer>>, 'getWriter'> };

const newGzip: NewGzip = () => new CompressionStream('gzip');

export class RequestContext {
  private readonly done: Cancellation;
  readonly tracer: Tracer;
  /** The span that work done with this context belongs to. */
  span: Span;
  /** The span of the whole request. */
  readonly rootSpan: Span;
  /** Milliseconds since the epoch, as `Clock.now`. */
  deadline: number | undefined;
  requestReceivedTimestamp = 0;
  auditID = '';
  audit: AuditContext | undefined;
  user: UserInfo | undefined;
  requestInfo: RequestInfo | undefined;
  /** Came in before all paths were installed. */
  muxAndDiscoveryIncomplete = false;
  /** Sent as Warning headers (code 299), in this order, each text once. */
  warnings: Warnings = new Set<string>();
  /** Where the time went; undefined for watches. */
  latency: LatencyTrackers | undefined;
  /** Of a watch: to be called once its initial events are on their way; what is told later takes no seat. */
  watchInitialized: (() => void) | undefined;
  newGzip = newGzip;
  private readonly deferred: (() => void)[] = [];

  constructor(done: Cancellation, tracer: Tracer, span: Span) {
    this.done = done;
    this.tracer = tracer;
    this.span = span;
    this.rootSpan = span;
  }

  /** Aborted when the client has gone, the deadline has passed, or the response is finished. */
  get signal(): AbortSignal {
    return this.done.signal;
  }

  /** Calls `fn` when the work on this request is ended; cheaper than the signal. */
  onAbort(fn: (reason: unknown) => void): void {
    this.done.onAbort(fn);
  }

  offAbort(fn: (reason: unknown) => void): void {
    this.done.offAbort(fn);
  }

  throwIfAborted(): void {
    this.done.throwIfAborted();
  }

  /** Ends the work on this request; `reason` is what waits on the signal will throw. */
  abort(reason: unknown): void {
    this.done.abort(reason);
  }

  /** Runs `fn` once the response is finished or its client gone, the last deferred first, as Go's defer does; where that is so already, at once. */
  defer(fn: () => void): void {
    if (this.done.aborted) fn();
    else this.deferred.push(fn);
  }

  runDeferred(): void {
    for (let fn = this.deferred.pop(); fn; fn = this.deferred.pop()) fn();
  }

  /** The same request, seen from inside another span. */
  withSpan(span: Span): RequestContext {
    return Object.assign(new RequestContext(this.done, this.tracer, span), this, { span });
  }
}

/** The request info that WithRequestInfo left; a handler below it may rely on it. */
export function requestInfoFrom(ctx: RequestContext): RequestInfo {
  if (!ctx.requestInfo) throw new Error('no RequestInfo found in the context');
  return ctx.requestInfo;
}

declare global {
  namespace Express {
    interface Request {
      ctx: RequestContext;
    }
  }
}
