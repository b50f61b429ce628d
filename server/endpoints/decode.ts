/**
 * From a request's body to an object of the kind that the path takes.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/{create,update,rest}.go (transformDecodeError, checkName,
 * addStrictDecodingWarnings, dedupOwnerReferencesAndAddWarning).
 */
import type { Request } from 'express';
import { DecodeError } from '../apimachinery/serializer/decode-error.ts';
import type { Decoded, Serializer } from '../apimachinery/serializer/interfaces.ts';
import { formatGroupVersion } from '../apimachinery/types.ts';
import type { GroupVersionKind, KubeObject } from '../apimachinery/types.ts';
import { limitedReadBody } from '../http/body.ts';
import type { RequestContext } from '../http/context.ts';
import { negotiateInput } from '../http/negotiate.ts';
import { newBadRequest } from '../http/status.ts';
import { addEvent } from '../observe/tracing.ts';
import type { WriteOptions } from '../registry/rest.ts';
import { MAX_REQUEST_BODY_BYTES } from './scope.ts';
import type { RequestScope } from './scope.ts';

/** Reads, decodes and defaults the object that a create or an update sends. */
export async function decodeBody(ctx: RequestContext, scope: RequestScope, req: Request, options: WriteOptions, acceptedVersions: readonly string[] = []): Promise<KubeObject> {
  const serializer = negotiateInput(req.headers['content-type'], scope.factory);
  const body = await limitedReadBody(req, MAX_REQUEST_BODY_BYTES);
  addEvent(ctx, 'limitedReadBody succeeded', { len: body.length });
  addEvent(ctx, 'About to convert to expected version');
  const { object, gvk, strictErrors } = decode(serializer, body, scope, acceptedVersions);
  applyValidationDirective(ctx, strictErrors, options, `${gvk.kind} in version "${gvk.version}" cannot be handled as a ${scope.kind.kind}: `);
  scope.defaulter(object);
  addEvent(ctx, 'Conversion done');
  return object;
}

function decode(serializer: Serializer, body: Uint8Array, scope: RequestScope, acceptedVersions: readonly string[]): Decoded {
  let decoded: Decoded;
  try {
    // who ignores findings still gets of two maps with one key what both hold
    decoded = serializer.decode(body, { defaults: scope.kind, strict: true });
  } catch (err) {
    throw transformDecodeError(err, scope.kind, body);
  }
  const { gvk } = decoded;
  if (gvk.kind !== scope.kind.kind || gvk.group !== scope.kind.group) {
    throw newBadRequest(`${gvk.kind} in version "${gvk.version}" cannot be handled as a ${scope.kind.kind}: ${unknownConversion(gvk, scope.kind)}`);
  }
  if (gvk.version !== scope.kind.version && !acceptedVersions.includes(gvk.version)) {
    throw newBadRequest(`the API version in the data (${formatGroupVersion(gvk)}) does not match the expected API version (${formatGroupVersion(scope.kind)})`);
  }
  return decoded;
}

/** Why one kind cannot be had as another. */
export function unknownConversion(from: GroupVersionKind, to: GroupVersionKind): string {
  return `converting (${from.version}.${from.kind}) to (${internalPackage(to)}.${to.kind}): unknown conversion`;
}

/** Go's name for the package of a group's internal types: `core`, `apps`, `rbac`. */
export function internalPackage({ group }: Pick<GroupVersionKind, 'group'>): string {
  return group === '' ? 'core' : group.split('.', 1)[0]!;
}

/** Says what the bytes were taken for, as far as they told. */
function transformDecodeError(err: unknown, into: GroupVersionKind, body: Uint8Array): unknown {
  if (!(err instanceof DecodeError)) return err;
  if (err.gvk?.kind) return newBadRequest(`${err.gvk.kind} in version "${err.gvk.version}" cannot be handled as a ${into.kind}: ${err.message}`);
  return newBadRequest(`the object provided is unrecognized (must be of type ${into.kind}): ${err.message} (${summarizeData(body, 30)})`);
}

/** The first bytes, as text where they look like JSON, else as hexadecimal. */
function summarizeData(data: Uint8Array, maxLength: number): string {
  if (data.length === 0) return '<empty>';
  const head = data.subarray(0, maxLength);
  const text = data[0] === 0x7b ? new TextDecoder().decode(head) : [...head].map((b) => b.toString(16).padStart(2, '0')).join('');
  return data.length > maxLength ? `${text} ...` : text;
}

/** `fieldValidation` decides whether unknown and duplicate fields refuse the request or only warn. */
function applyValidationDirective(ctx: RequestContext, strictErrors: string[], { fieldValidation }: WriteOptions, about: string): void {
  if (strictErrors.length === 0 || fieldValidation === 'Ignore') return;
  if (fieldValidation === 'Strict') throw newBadRequest(`${about}strict decoding error: ${strictErrors.join(', ')}`);
  addStrictDecodingWarnings(ctx, strictErrors);
}

/** A warning for each finding; goyaml tells all of its own in one error, line by line. */
export function addStrictDecodingWarnings(ctx: RequestContext, strictErrors: string[]): void {
  for (const error of strictErrors) {
    const lines = /^(?:error converting YAML to JSON: )?yaml: unmarshal errors:\n(.*)$/s.exec(error)?.[1]?.split('\n');
    for (const warning of lines?.map((line) => line.trim()) ?? [error]) ctx.warnings.add(warning);
  }
}

/** The object's name, if it has one, is the one in the path. */
export function checkName(obj: KubeObject, name: string, namespace: string): void {
  const { name: own = '', namespace: ownNamespace = '' } = obj.metadata;
  if (own === '') throw newBadRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (own !== name) throw newBadRequest(`the name of the object (${own}) does not match the name on the URL (${name})`);
  if (namespace !== '' && ownNamespace !== '' && ownNamespace !== namespace) {
    throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
}

/** Metadata that only the server sets, on an object that is to be made. */
export function wipeObjectMetaSystemFields({ metadata }: KubeObject): void {
  delete metadata.creationTimestamp;
  delete metadata.uid;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
}

/** Two owner references that say the same are one; the client is told. */
export function dedupOwnerReferences(ctx: RequestContext, { metadata }: KubeObject): void {
  const refs = metadata.ownerReferences;
  if (!refs || refs.length < 2) return;
  // decoded, their fields stand in one order
  const unique = new Map(refs.map((ref) => [JSON.stringify(ref), ref]));
  if (unique.size === refs.length) return;
  metadata.ownerReferences = [...unique.values()];
  const kept = new Set(unique.values());
  const duplicates = [...new Set(refs.filter((ref) => !kept.has(ref)).map(({ uid }) => uid))].join(', ');
  ctx.warnings.add(`.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${duplicates}`);
}
