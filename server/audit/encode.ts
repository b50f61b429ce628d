/**
 * Events as JSON: fields in the order of the Go structs, keys of maps in the alphabet's, what is empty left out.
 *
 * Upstream: k8s.io/apiserver/pkg/apis/audit/v1/types.go, as its codecs write it.
 */
import { marshalJSON } from '../apimachinery/quote.ts';
import type { StatusDetails } from '../http/status.ts';
import type { AuditEvent, EventUser, ObjectReference, ResponseStatus } from './event.ts';

export const GROUP_VERSION = 'audit.k8s.io/v1';

/** One line, without its end. */
export function encodeEvent(event: AuditEvent): string {
  return encodeFields(event, { kind: 'Event', apiVersion: GROUP_VERSION });
}

/** The events of a list do not say what they are. */
export function encodeEventList(events: readonly AuditEvent[]): string {
  return `{"kind":"EventList","apiVersion":"${GROUP_VERSION}","metadata":{},"items":[${events.map((event) => encodeFields(event, {})).join(',')}]}`;
}

function encodeFields(event: AuditEvent, typeMeta: object): string {
  const { level, auditID, stage, requestURI, verb, authenticationMetadata, sourceIPs, userAgent, requestReceivedTimestamp, stageTimestamp } = event;
  const before = {
    ...typeMeta, level, auditID, stage, requestURI, verb,
    user: userOf(event.user),
    impersonatedUser: event.impersonatedUser && userOf(event.impersonatedUser),
    authenticationMetadata, sourceIPs, userAgent,
    objectRef: event.objectRef && referenceOf(event.objectRef),
    responseStatus: event.responseStatus && statusOf(event.responseStatus),
  };
  const after = { requestReceivedTimestamp, stageTimestamp, annotations: event.annotations && sorted(event.annotations) };
  const bodies = (['requestObject', 'responseObject'] as const).map((name) => (event[name] === undefined ? '' : `,"${name}":${event[name]}`)).join('');
  return `${marshalJSON(before).slice(0, -1)}${bodies},${marshalJSON(after).slice(1)}`;
}

const userOf = ({ username, uid, groups, extra }: Partial<EventUser>) => ({ username: username || undefined, uid, groups, extra: extra && sorted(extra) });

const referenceOf = ({ resource, namespace, name, uid, apiGroup, apiVersion, resourceVersion, subresource }: ObjectReference) =>
  ({ resource, namespace, name, uid, apiGroup, apiVersion, resourceVersion, subresource });

const statusOf = ({ metadata, status, message, reason, details, code }: ResponseStatus) => ({
  metadata, status, message: message || undefined, reason: reason || undefined, details: details && detailsOf(details), code: code || undefined,
});

const detailsOf = ({ name, group, kind, uid, causes, retryAfterSeconds }: StatusDetails) => ({
  name, group, kind, uid,
  causes: causes?.map(({ reason, message, field }) => ({ reason, message, field })),
  retryAfterSeconds: retryAfterSeconds || undefined,
});

function sorted<T>(map: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
