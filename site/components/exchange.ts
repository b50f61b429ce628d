/**
 * A request and all that came of it: the answer, piece by piece, and the trace. The build records one for each
 * `<Request>`; the page makes new ones. Both through `exchange`.
 */
import { base64 } from '../../server/apimachinery/base64.ts';
import type { LabSpan } from '../../server/observe/lab/messages.ts';
import { HungUp } from '../runtime/stage-host.ts';
import type { StageHost, StageRequest } from '../runtime/stage-host.ts';
import { newTraceId, traceparent } from '../runtime/trace-id.ts';
import type { StageFeed } from './feed.ts';

export interface Exchange {
  stage: string;
  request: StageRequest;
  traceId: string;
  status: number;
  headers: [string, string][];
  /** Text, or base64 where the answer is binary. */
  body: string;
  binary?: boolean;
  /** Milliseconds from sending to each line of a streamed answer. */
  arrivals: number[];
  /** `open`: the answer still comes; `stopped`: the reader, or the recording, hung up. */
  end: 'open' | 'done' | 'stopped' | 'failed';
  /** Why it failed; or, where the page hung up and not the reader, why that was. */
  error?: string;
  spans: LabSpan[];
}

export interface ExchangeOptions {
  signal: AbortSignal;
  /** Called at each change: head, piece of body, span, end. */
  onChange?(exchange: Exchange): void;
}

export async function exchange(host: StageHost, feed: StageFeed, request: StageRequest, { signal, onChange = () => undefined }: ExchangeOptions): Promise<Exchange> {
  const traceId = newTraceId();
  const made: Exchange = { stage: feed.stage, request, traceId, status: 0, headers: [], body: '', arrivals: [], end: 'open', spans: [] };
  const changed = () => onChange(made);
  const stop = feed.onTrace(traceId, (spans) => {
    made.spans = spans;
    changed();
  });
  const began = performance.now();
  try {
    const headers = { ...request.headers, traceparent: traceparent(traceId) };
    const response = await host.send(feed.stage, { ...request, headers }, signal);
    made.status = response.status;
    made.headers = response.headers;
    changed();
    await readBody(response.body, made, () => performance.now() - began, changed);
    made.end = signal.aborted ? 'stopped' : 'done';
  } catch (err) {
    made.end = signal.aborted || err instanceof HungUp ? 'stopped' : 'failed';
    if (!signal.aborted) made.error = err instanceof Error ? err.message : String(err);
  }
  changed();
  // what was cut off has a trace, too; what never arrived has none
  if (made.error === undefined || made.spans.length > 0) await feed.traceEnd(traceId, 2000);
  stop();
  changed();
  return made;
}

async function readBody(body: ReadableStream<Uint8Array>, made: Exchange, elapsed: () => number, changed: () => void): Promise<void> {
  const binary = /protobuf|octet-stream|gzip/.test(headerOf(made, 'content-type') ?? '');
  if (binary) made.binary = true;
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const pieces: number[] = [];
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    if (binary) {
      for (const byte of piece.value) pieces.push(byte);
      made.body = base64(Uint8Array.from(pieces));
    } else made.body += decoder.decode(piece.value, { stream: true });
    while (made.arrivals.length < eventLines(made).length) made.arrivals.push(elapsed());
    changed();
  }
}

export function headerOf(made: Pick<Exchange, 'headers'>, name: string): string | undefined {
  return made.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

export function isWatch(request: StageRequest): boolean {
  return /[?&]watch=(1|true)\b/.test(request.path);
}

/** The whole lines of a streamed answer. */
export function eventLines(made: Exchange): string[] {
  return isWatch(made.request) ? made.body.split('\n').slice(0, -1).filter((line) => line !== '') : [];
}
