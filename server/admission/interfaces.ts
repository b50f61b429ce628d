/**
 * Admission sees every write after authorization and before storage: first the plugins that may change the object,
 * then those that may only refuse it.
 *
 * Upstream: k8s.io/apiserver/pkg/admission/{interfaces,attributes,chain}.go.
 */
import type { GroupVersionKind, GroupVersionResource, KubeObject } from '../apimachinery/types.ts';
import type { UserInfo } from '../authentication/interfaces.ts';
import type { RequestContext } from '../http/context.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

export interface Attributes {
  operation: Operation;
  kind: GroupVersionKind;
  resource: GroupVersionResource;
  subresource: string;
  namespace: string;
  name: string;
  /** Undefined for a delete. Mutating plugins change it in place. */
  object: KubeObject | undefined;
  /** Undefined for a create. */
  oldObject: KubeObject | undefined;
  dryRun: boolean;
  user: UserInfo | undefined;
}

/** A plugin; it throws a StatusError to refuse. */
export interface Admission {
  readonly name: string;
  handles(operation: Operation): boolean;
  admit?(ctx: RequestContext, attributes: Attributes): Promise<void> | void;
  validate?(ctx: RequestContext, attributes: Attributes): Promise<void> | void;
}
