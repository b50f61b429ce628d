/**
 * What a client makes of an answer that is none it asked for.
 *
 * Upstream: k8s.io/apimachinery/pkg/api/errors (FromObject, NewGenericServerResponse, Is…) and client-go's rest.Request.
 */
import { StatusError, reasonForError } from '../http/status.ts';
import type { Status } from '../http/status.ts';
import { isFields } from '../apimachinery/access.ts';

export const isTooManyRequests = (err: unknown) => reasonForError(err) === 'TooManyRequests';
export const isInvalid = (err: unknown) => reasonForError(err) === 'Invalid';

/** Nobody answered. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The version that was asked for is gone from the history, by either of its names. */
export const isExpired = (err: unknown) => ['Expired', 'Gone'].includes(reasonForError(err));

/** The server has not seen the version that was asked for: another server answered before, or its storage is a new one. */
export function isTooLargeResourceVersion(err: unknown): boolean {
  return err instanceof StatusError && (err.status.details?.causes ?? []).some(({ reason }) => reason === 'ResourceVersionTooLarge');
}

const REASONS: Record<number, string> = { 400: 'BadRequest', 401: 'Unauthorized', 403: 'Forbidden', 404: 'NotFound', 405: 'MethodNotAllowed', 406: 'NotAcceptable', 409: 'Conflict', 410: 'Gone', 413: 'RequestEntityTooLarge', 415: 'UnsupportedMediaType', 422: 'Invalid', 429: 'TooManyRequests', 500: 'InternalError', 503: 'ServiceUnavailable', 504: 'Timeout' };

/** An error as an object says it, which is a Status where a server of Kubernetes speaks. */
export function fromObject(object: unknown): StatusError {
  if (!isStatus(object)) return new StatusError(500, 'InternalError', `unexpected object: ${JSON.stringify(object)}`);
  const { code = 500, reason = '', message = '', details } = object;
  return new StatusError(code, reason || (REASONS[code] ?? ''), message, details);
}

/** An error as the body of an answer says it; in its own words where no server of Kubernetes speaks. */
export function fromBody(code: number, body: string): StatusError {
  try {
    const object: unknown = JSON.parse(body);
    if (isStatus(object)) return fromObject({ ...object, code: object.code ?? code });
  } catch {
    // a proxy's page, or half an answer
  }
  return new StatusError(code, REASONS[code] ?? '', `the server answered ${code}${body === '' ? '' : `: ${body.slice(0, 200)}`}`);
}

function isStatus(object: unknown): object is Status {
  return isFields(object) && object.kind === 'Status' && (object.code === undefined || typeof object.code === 'number');
}
