/**
 * RequestScope is what a handler knows of the resource that its route belongs to.
 *
 * Upstream: k8s.io/apiserver/pkg/endpoints/handlers/rest.go (RequestScope).
 */
import type { AdmissionChain } from '../admission/chain.ts';
import type { Attributes, Operation } from '../admission/interfaces.ts';
import type { FieldManager } from '../apimachinery/managedfields/field-manager.ts';
import type { GroupVersionKind, GroupVersionResource } from '../apimachinery/types.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import type { Clock, RequestContext } from '../http/context.ts';
import { requestInfoFrom } from '../http/context.ts';
import type { TableConvertor } from '../registry/rest.ts';
import type { Machinery } from './machinery.ts';

/** Bytes that a request body may have (upstream's MaxRequestBodyBytes). */
export const MAX_REQUEST_BODY_BYTES = 3 * 1024 * 1024;

export interface RequestScope extends Machinery {
  resource: GroupVersionResource;
  subresource: string;
  /** What this path takes and answers: of a subresource such as scale another kind than the resource's. */
  kind: GroupVersionKind;
  namespaced: boolean;
  /** Throws a BadRequest where a field selector may not name the field. */
  knownField(field: string): string;
  /** Rows and columns of what this path answers. */
  table: TableConvertor;
  fieldManager: FieldManager;
  admission: AdmissionChain;
  authorizer: Authorizer;
  clock: Clock;
  /** Milliseconds a watch lives at least when its client names no time. */
  minRequestTimeout: number;
  /** Whether what cannot be read can be deleted. */
  allowUnsafeMalformedObjectDeletion: boolean;
}

/** What admission is told of this request. */
export function admissionAttributes(ctx: RequestContext, scope: RequestScope, operation: Operation, rest: Pick<Attributes, 'object' | 'oldObject' | 'dryRun' | 'name'>): Attributes {
  const { namespace } = requestInfoFrom(ctx);
  return { operation, kind: scope.kind, resource: scope.resource, subresource: scope.subresource, namespace, user: ctx.user, ...rest };
}
