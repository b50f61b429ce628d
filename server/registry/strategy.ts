/**
 * A strategy is what one kind does differently when it is written; the generic store does everything else.
 *
 * Upstream: k8s.io/apiserver/pkg/registry/rest/{create,update,delete}.go, the interfaces. One object stands for all of
 * a kind's strategies; a subresource such as status has one of its own.
 */
import type { KubeObject } from '../apimachinery/types.ts';
import type { RequestContext } from '../http/context.ts';
import type { FieldError } from '../http/status.ts';
import type { DeleteOptions } from './rest.ts';

export interface Strategy {
  /** Clears or sets what a client may not decide; `obj` is changed in place. */
  prepareForCreate(obj: KubeObject, ctx: RequestContext): void;
  validate(obj: KubeObject): FieldError[];
  warningsOnCreate(obj: KubeObject): string[];
  /** Takes over from `old` what an update may not change; `obj` is changed in place, `old` never. */
  prepareForUpdate(obj: KubeObject, old: KubeObject, ctx: RequestContext): void;
  validateUpdate(obj: KubeObject, old: KubeObject): FieldError[];
  warningsOnUpdate(obj: KubeObject, old: KubeObject): string[];
  /** What the strategies of subresources do last to an object, of which they have let their part through. */
  prepareSubresource?(subresource: string, obj: KubeObject, old: KubeObject): void;
  /** What the strategies of subresources check in place of `validateUpdate`. */
  validateSubresource?(subresource: string, obj: KubeObject, old: KubeObject): FieldError[];
  /** A PUT of a name that is not there makes it. */
  readonly allowCreateOnUpdate: boolean;
  /** A PUT without a resourceVersion overwrites whatever is there. */
  readonly allowUnconditionalUpdate: boolean;
  /** What happens to dependents when the deleter does not say. */
  readonly garbageCollection: 'delete' | 'orphan' | 'unsupported';
  /** Seconds that the object may go on living after a delete; undefined ends it at once. */
  gracePeriodSeconds?(obj: KubeObject, options: DeleteOptions): number | undefined;
  warningsOnDelete?(options: DeleteOptions): string[];
  /** A delete answers the object as it last was, instead of a Status. */
  readonly returnDeletedObject: boolean;
  /** What keeps an object that is being deleted, beside the finalizers in its metadata. */
  keepsObject?(obj: KubeObject): boolean;
  /** Seconds until a written object is removed by itself. */
  readonly ttlSeconds?: number;
}
