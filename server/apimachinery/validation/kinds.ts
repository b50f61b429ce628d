/**
 * Which kind is checked by what, by group and kind. A kind without an entry is checked by its schema;
 * every kind's metadata is checked once more by the generic store.
 *
 * Upstream: what the strategies of pkg/registry call in pkg/apis/GROUP/validation.
 */
import type { FieldError } from '../field.ts';
import type { KubeObject } from '../types.ts';
import { appsV1 } from './apps-v1/index.ts';
import { coordinationV1 } from './coordination-v1.ts';
import { configMap } from './core-v1/config-map.ts';
import { coreEvent, event } from './core-v1/event.ts';
import { namespace } from './core-v1/namespace.ts';
import { pod } from './core-v1/pod.ts';
import { secret } from './core-v1/secret.ts';
import { service } from './core-v1/service.ts';
import { serviceAccount } from './core-v1/service-account.ts';
import { rbacV1 } from './rbac-v1.ts';

export type ValidateUpdateFunc = (obj: KubeObject, old: KubeObject) => FieldError[];

export interface KindValidation {
  validate(obj: KubeObject): FieldError[];
  /** Everything that an update has to pass, `validate` included where upstream runs it again. */
  validateUpdate(obj: KubeObject, old: KubeObject): FieldError[];
  /** What a write through a subresource has to pass, by its name. */
  subresources?: Readonly<Record<string, ValidateUpdateFunc>>;
}

type Table = Readonly<Record<string, KindValidation>>;

const inGroup = (group: string, kinds: Table): Table => Object.fromEntries(Object.entries(kinds).map(([kind, v]) => [`${group}/${kind}`, v]));

export const kindValidations: Table = {
  ...inGroup('', { ConfigMap: configMap, Event: coreEvent, Namespace: namespace, Pod: pod, Secret: secret, Service: service, ServiceAccount: serviceAccount }),
  ...inGroup('events.k8s.io', { Event: event }),
  ...inGroup('apps', appsV1),
  ...inGroup('coordination.k8s.io', coordinationV1),
  ...inGroup('rbac.authorization.k8s.io', rbacV1),
};
