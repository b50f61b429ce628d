/**
 * What a request brings and what it is answered with, as far as its level wants them written down. Below level Request
 * nothing is encoded.
 *
 * Upstream: k8s.io/apiserver/pkg/audit/request.go (LogRequestObject, LogRequestPatch, LogResponseObject).
 */
import { marshalJSON } from '../apimachinery/quote.ts';
import { jsonEncoder } from '../apimachinery/serializer/json.ts';
import type { GroupVersionResource, ObjectMeta, TypeMeta } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import type { Status } from '../http/status.ts';
import type { AuditContext } from './context.ts';
import { logResponseStatus } from './context.ts';
import type { ObjectReference, RawJSON } from './event.ts';
import { atLeast } from './policy.ts';

/** JSON's bytes, in parts. */
type EncodeJSON = (obj: TypeMeta) => Uint8Array[];
const encodeAnew: EncodeJSON = (obj) => [jsonEncoder.encode(obj)];
type Body = TypeMeta & { metadata?: ObjectMeta };

/** What the object says of itself completes what the path has said. */
export function logRequestObject({ audit }: RequestContext, obj: Body, about: { resource: GroupVersionResource; subresource: string }): void {
  if (!audit || audit.event.level === 'None') return;
  audit.event.objectRef = completed(audit.event.objectRef ?? {}, obj.metadata ?? {}, about);
  if (atLeast(audit.event.level, 'Request')) audit.event.requestObject = encodeObject(audit, obj, encodeAnew);
}

function completed(ref: ObjectReference, { namespace, name, uid, resourceVersion }: ObjectMeta, { resource: gvr, subresource }: { resource: GroupVersionResource; subresource: string }): ObjectReference {
  const found = { namespace, name, uid, resourceVersion, resource: gvr.resource, subresource, ...(!ref.apiVersion && { apiGroup: gvr.group, apiVersion: gvr.version }) };
  return { ...Object.fromEntries(Object.entries(found).filter(([, value]) => value)), ...ref };
}

/** A patch is written down as it came. One that is no JSON has no place in an event: upstream then loses the event, here it goes without. */
export function logRequestPatch({ audit }: RequestContext, patch: Uint8Array): void {
  if (!audit || !atLeast(audit.event.level, 'Request')) return;
  const raw = compactJSON(new TextDecoder().decode(patch));
  if (raw !== undefined) audit.event.requestObject = raw;
}

export function logResponseObject(ctx: RequestContext, obj: TypeMeta, encode = encodeAnew): void {
  const { audit } = ctx;
  if (!audit || audit.event.level === 'None') return;
  if (isStatus(obj)) logResponseStatus(ctx, obj);
  if (audit.event.level === 'RequestResponse') audit.event.responseObject = encodeObject(audit, obj, encode);
}

const isStatus = (obj: TypeMeta): obj is Status => obj.kind === 'Status' && obj.apiVersion === 'v1';

function encodeObject({ omitManagedFields }: AuditContext, obj: TypeMeta, encode: EncodeJSON): RawJSON {
  const decoder = new TextDecoder();
  const parts = encode(omitManagedFields ? withoutManagedFields(obj) : obj).map((part) => decoder.decode(part, { stream: true }));
  return parts.join('').trimEnd();
}

type Managed = Body & { items?: Body[]; rows?: { object: Body | null }[] };

function withoutManagedFields(obj: Managed): Body {
  if (obj.kind === 'Table' && obj.rows) return { ...obj, rows: obj.rows.map((row) => ({ ...row, object: row.object && unmanaged(row.object) })) } as Body;
  if (obj.kind.endsWith('List') && obj.items) return { ...obj, items: obj.items.map(unmanaged) } as Body;
  return unmanaged(obj);
}

function unmanaged(obj: Body): Body {
  if (!obj.metadata?.managedFields) return obj;
  const { managedFields: _managedFields, ...metadata } = obj.metadata;
  return { ...obj, metadata };
}

/** As Go's encoder takes over what is JSON already; undefined for what is not. */
function compactJSON(text: string): RawJSON | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|\s+/g, (token) => (token.startsWith('"') ? token.replace(/[<>&\u2028\u2029]/g, (c) => marshalJSON(c).slice(1, -1)) : ''));
}
