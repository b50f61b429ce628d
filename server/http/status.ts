/**
 * Status, the API's answer to everything that is not an object, and the errors that carry one.
 *
 * Upstream: k8s.io/apimachinery/pkg/api/errors/errors.go, pkg/apis/meta/v1/types.go. The constructors keep upstream's
 * names, codes, reasons and messages. They are thrown; `responsewriters.ts` alone turns them into bytes.
 */
import type { GroupResource, GroupVersionKind } from '../apimachinery/types.ts';
import { formatGroupResource } from '../apimachinery/types.ts';

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never> | { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

/** An error with its answer: `status.code` is the HTTP status, `status.message` what the client prints. */
export class StatusError extends Error {
  override name = 'StatusError';
  readonly status: Status;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
    if (details) this.status.details = details;
  }
}

/** The reason of a StatusError, `''` for anything else. */
export function reasonForError(err: unknown): string {
  return err instanceof StatusError ? (err.status.reason ?? '') : '';
}

export const isNotFound = (err: unknown) => reasonForError(err) === 'NotFound';
export const isConflict = (err: unknown) => reasonForError(err) === 'Conflict';
export const isAlreadyExists = (err: unknown) => reasonForError(err) === 'AlreadyExists';
export const isGone = (err: unknown) => reasonForError(err) === 'Gone';

const about = (gr: GroupResource, name: string): StatusDetails => ({
  ...(name && { name }),
  ...(gr.group && { group: gr.group }),
  ...(gr.resource && { kind: gr.resource }),
});

export function newNotFound(gr: GroupResource, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${formatGroupResource(gr)} "${name}" not found`, about(gr, name));
}

export function newAlreadyExists(gr: GroupResource, name: string): StatusError {
  return new StatusError(409, 'AlreadyExists', `${formatGroupResource(gr)} "${name}" already exists`, about(gr, name));
}

/** Generated names collided more often than the server tries (upstream's NewGenerateNameConflict). */
export function newGenerateNameConflict(gr: GroupResource, name: string, retryAfterSeconds: number): StatusError {
  const message = `${formatGroupResource(gr)} "${name}" already exists, the server was not able to generate a unique name for the object`;
  return new StatusError(409, 'AlreadyExists', message, { ...about(gr, name), retryAfterSeconds });
}

export function newConflict(gr: GroupResource, name: string, why: string): StatusError {
  return new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${formatGroupResource(gr)} "${name}": ${why}`, about(gr, name));
}

export function newApplyConflict(causes: StatusCause[], message: string): StatusError {
  return new StatusError(409, 'Conflict', message, { causes });
}

export function newUnauthorized(message = 'Unauthorized'): StatusError {
  return new StatusError(401, 'Unauthorized', message);
}

export function newForbidden(gr: GroupResource, name: string, why: string): StatusError {
  const what = gr.resource === '' ? 'forbidden' : name === '' ? `${formatGroupResource(gr)} is forbidden` : `${formatGroupResource(gr)} "${name}" is forbidden`;
  return new StatusError(403, 'Forbidden', `${what}: ${why}`, about(gr, name));
}

export function newBadRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function newInvalid(gk: Pick<GroupVersionKind, 'group' | 'kind'>, name: string, errors: FieldError[]): StatusError {
  const causes = errors.map((e) => ({ reason: e.type, message: e.body, field: e.field }));
  const kind = gk.group === '' ? gk.kind : `${gk.kind}.${gk.group}`;
  const messages = [...new Set(errors.map((e) => `${e.field}: ${e.body}`))];
  const all = messages.length === 0 ? '<nil>' : messages.length === 1 ? messages[0]! : `[${messages.join(', ')}]`;
  const details = { ...(name && { name }), ...(gk.group && { group: gk.group }), ...(gk.kind && { kind: gk.kind }), causes };
  return new StatusError(422, 'Invalid', `${kind} "${name}" is invalid: ${all}`, details);
}

export function newResourceExpired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

export function newMethodNotSupported(gr: GroupResource, action: string): StatusError {
  return new StatusError(405, 'MethodNotAllowed', `${action} is not supported on resources of kind "${formatGroupResource(gr)}"`, about(gr, ''));
}

export function newTimeoutError(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: ${message}`, retryAfterSeconds > 0 ? { retryAfterSeconds } : {});
}

/** A read asked for a revision that the storage has not reached (upstream's NewTooLargeResourceVersionError). */
export function newTooLargeResourceVersion(requested: number, current: number, retryAfterSeconds: number): StatusError {
  const message = `Too large resource version: ${requested}, current: ${current}`;
  return new StatusError(504, 'Timeout', `Timeout: ${message}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
  });
}

export function newTooManyRequests(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds });
}

export function newServiceUnavailable(message: string): StatusError {
  return new StatusError(503, 'ServiceUnavailable', message);
}

export function newInternalError(err: unknown): StatusError {
  const message = err instanceof Error ? err.message : String(err);
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

export function newRequestEntityTooLarge(message: string): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}

const generic = {
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', ''],
  415: ['UnsupportedMediaType', ''],
} as const;

/** What the mux says of a request that no route takes; for media types in its own words, else in general ones. */
export function newGenericServerResponse(code: keyof typeof generic, serverMessage: string): StatusError {
  const [reason, message] = generic[code];
  return new StatusError(code, reason, message || serverMessage, {});
}

/** The serializers' own 406 and 415, without details. */
export function newNotAcceptable(accepted: string[]): StatusError {
  return new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`);
}

/** A form of the answer that what is answered does not have. */
export function newNotAcceptableError(message: string): StatusError {
  return new StatusError(406, 'NotAcceptable', message);
}

export function newUnsupportedMediaType(accepted: string[]): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`);
}

/**
 * One failed check of one field; `type` is upstream's ErrorType (`FieldValueInvalid`, …), `body` the message after
 * the path (`Invalid value: "x": must be …`). Made by apimachinery/field.ts.
 *
 * Upstream: k8s.io/apimachinery/pkg/util/validation/field/errors.go.
 */
export interface FieldError {
  type: string;
  field: string;
  body: string;
}
