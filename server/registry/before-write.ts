/**
 * What happens to every object right before it is written, whatever its kind: metadata that the server owns, the
 * strategy's preparation, validation.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/rest/{create,update,meta}.go (BeforeCreate, BeforeUpdate,
 * FillObjectMetaSystemFields, EnsureObjectNamespaceMatchesRequestNamespace).
 */
import { formatTime } from '../apimachinery/serializer/go-time.ts';
import type { GroupVersionKind, KubeObject } from '../apimachinery/types.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../apimachinery/validation/object-meta.ts';
import type { Clock, RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import { newBadRequest, newInvalid } from '../http/status.ts';
import type { Strategy } from './strategy.ts';

/** What the hooks below need to know of a kind. */
export interface WriteScope {
  kind: GroupVersionKind;
  namespaced: boolean;
  strategy: Strategy;
  clock: Clock;
}

export function fillObjectMetaSystemFields(obj: KubeObject, clock: Clock): void {
  obj.metadata.creationTimestamp = formatTime(clock.now());
  obj.metadata.uid = crypto.randomUUID();
}

export function beforeCreate(ctx: RequestContext, obj: KubeObject, scope: WriteScope): void {
  const { kind, namespaced, strategy } = scope;
  ensureNamespaceMatchesRequest(ctx, obj, namespaced);
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds'] as const) delete obj.metadata[field];
  strategy.prepareForCreate(obj, ctx);
  const name = obj.metadata.name ?? '';
  const invalid = strategy.validate(obj);
  if (invalid.length > 0) throw newInvalid(kind, name, invalid);
  const invalidMeta = validateObjectMeta(obj.metadata, { namespaced }, 'metadata');
  if (invalidMeta.length > 0) throw newInvalid(kind, name, invalidMeta);
  for (const warning of strategy.warningsOnCreate(obj)) ctx.warnings.add(warning);
}

export function beforeUpdate(ctx: RequestContext, obj: KubeObject, old: KubeObject, scope: WriteScope): void {
  const { kind, namespaced, strategy } = scope;
  ensureNamespaceMatchesRequest(ctx, obj, namespaced);
  const { metadata } = obj;
  keep(metadata, 'generation', old.metadata.generation);
  strategy.prepareForUpdate(obj, old, ctx);
  metadata.uid ||= old.metadata.uid;
  keep(metadata, 'creationTimestamp', old.metadata.creationTimestamp);
  if (old.metadata.deletionTimestamp) metadata.deletionTimestamp = old.metadata.deletionTimestamp;
  if (old.metadata.deletionGracePeriodSeconds !== undefined) metadata.deletionGracePeriodSeconds ??= old.metadata.deletionGracePeriodSeconds;
  const invalid = [
    ...validateObjectMeta(metadata, { namespaced }, 'metadata'),
    ...validateObjectMetaUpdate(metadata, old.metadata, 'metadata'),
    ...strategy.validateUpdate(obj, old),
  ];
  if (invalid.length > 0) throw newInvalid(kind, metadata.name ?? '', invalid);
  for (const warning of strategy.warningsOnUpdate(obj, old)) ctx.warnings.add(warning);
}

/** An object that names no namespace gets the request's; another one than the request's is refused. */
function ensureNamespaceMatchesRequest(ctx: RequestContext, obj: KubeObject, namespaced: boolean): void {
  const requested = namespaced ? requestInfoFrom(ctx).namespace : '';
  const own = obj.metadata.namespace ?? '';
  if (own === requested) return;
  if (own === '') obj.metadata.namespace = requested;
  else if (requested === '') delete obj.metadata.namespace;
  else throw newBadRequest('the namespace of the provided object does not match the namespace sent on the request');
}

function keep<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): void {
  if (value === undefined) delete target[key];
  else target[key] = value;
}
