/**
 * Writing answers: an object in the negotiated format, an error as a Status, plain JSON.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/{writers,status}.go. Leaves out streams that a
 * resource makes itself (logs).
 */
import type { Request, Response } from 'express';
import type { CodecFactory } from '../apimachinery/serializer/codec-factory.ts';
import { marshalJSON } from '../apimachinery/quote.ts';
import type { Encoder, Serializer } from '../apimachinery/serializer/interfaces.ts';
import { jsonEncoder } from '../apimachinery/serializer/json.ts';
import type { TypeMeta } from '../apimachinery/types.ts';
import { logResponseStatus } from '../audit/context.ts';
import { logResponseObject } from '../audit/request.ts';
import { addEvent } from '../observe/tracing.ts';
import type { RequestContext } from './context.ts';
import { negotiateOutput, noTransforms } from './negotiate.ts';
import { StatusError } from './status.ts';
import type { Status, StatusDetails } from './status.ts';
import { lengthOf, writeBody, writeGzip } from './write-body.ts';

/** Smaller answers are not worth compressing. */
const gzipThresholdBytes = 128 * 1024;

/** An answer's bytes, in as many parts as is convenient. */
export type Encode = (serializer: Encoder, obj: TypeMeta) => Uint8Array[];
const encodeAnew: Encode = (serializer, obj) => [serializer.encode(obj)];

/** Resolves when the last of it is on its way. */
export function writeObjectNegotiated(
  ctx: RequestContext,
  req: Request,
  res: Response,
  status: number,
  serializer: Serializer,
  obj: TypeMeta,
  encode: Encode = encodeAnew,
): Promise<void> {
  logResponseObject(ctx, obj, (obj) => encode(jsonEncoder, obj));
  const answer = serializeObject(serializer, status, obj, encode);
  const size = lengthOf(answer.body);
  const gzip = size > gzipThresholdBytes && acceptsGzip(req.headers['accept-encoding']);
  addEvent(ctx, 'About to start writing response', { size });
  res.statusCode = answer.status;
  res.setHeader('Content-Type', answer.mediaType);
  if (gzip) {
    res.setHeader('Content-Encoding', 'gzip');
    res.vary('Accept-Encoding');
  } else res.setHeader('Content-Length', size);
  const written = gzip ? writeGzip(res, answer.body) : writeBody(res, answer.body);
  return written.then(() => addEvent(ctx, 'Write call succeeded', { size }));
}

interface Answer {
  status: number;
  mediaType: string;
  body: Uint8Array[];
}

/** What cannot be encoded becomes a Status that says so. */
function serializeObject(serializer: Serializer, status: number, obj: TypeMeta, encode: Encode): Answer {
  try {
    return { status, mediaType: serializer.mediaType, body: encode(serializer, obj) };
  } catch (err) {
    const failure = errorToAPIStatus(err);
    const code = status >= 200 && status < 400 ? (failure.code ?? 500) : status;
    try {
      return { status: code, mediaType: serializer.mediaType, body: [serializer.encode(failure)] };
    } catch {
      return { status: code, mediaType: 'text/plain', body: [new TextEncoder().encode(`${failure.reason ?? ''}: ${failure.message ?? ''}`)] };
    }
  }
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return String(header ?? '').split(',').some((token) => token.trim() === 'gzip');
}

/** The Status of any error: its own, or one of code 500 with no reason. Its fields stand as in the Go type. */
function errorToAPIStatus(err: unknown): Status {
  if (!(err instanceof StatusError)) {
    const message = err instanceof Error ? err.message : String(err);
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
  }
  const { kind, apiVersion, metadata, status, message, reason, details, code } = err.status;
  return { kind, apiVersion, metadata, status, ...(message && { message }), ...(reason && { reason }), ...(details && { details: inOrder(details) }), code: code ?? 500 };
}

function inOrder({ name, group, kind, uid, causes, retryAfterSeconds }: StatusDetails): StatusDetails {
  return {
    ...(name && { name }),
    ...(group && { group }),
    ...(kind && { kind }),
    ...(uid && { uid }),
    ...(causes?.length && { causes }),
    ...(retryAfterSeconds && { retryAfterSeconds }),
  };
}

/** Answers with an error, as JSON where the format that the client wants cannot be had, or there is no choice of formats. */
export function errorNegotiated(err: unknown, req: Request, res: Response, factory?: CodecFactory): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const status = errorToAPIStatus(err);
  const code = status.code ?? 500;
  const retryAfter = status.details?.retryAfterSeconds ?? 0;
  if (retryAfter > 0) res.setHeader('Retry-After', retryAfter);
  const serializer = factory && acceptable(req, factory);
  if (serializer) void writeObjectNegotiated(req.ctx, req, res, code, serializer, status);
  else {
    if (!factory) logResponseStatus(req.ctx, status);
    writeRawJSON(code, status, res);
  }
}

function acceptable(req: Request, factory: CodecFactory): Serializer | undefined {
  try {
    return negotiateOutput(req, factory, { allowsTransform: noTransforms }).serializer;
  } catch {
    return undefined;
  }
}

/** Indented JSON, whatever the client accepts. */
export function writeRawJSON(status: number, obj: object, res: Response): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json');
  res.end(marshalJSON(obj, 2));
}
