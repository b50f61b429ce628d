/**
 * Which kind is checked by what, by group and kind. A kind without an entry is checked by its schema;
 * every kind's metadata is checked once more by the generic store.
 *
 * Upstream: what the strategies of pkg/registry call in pkg/apis/GROUP/validation.
 */
import { admissionregistrationV1 } from './admissionregistration-v1/index.ts';
import { apiregistrationV1 } from './apiregistration-v1.ts';
import { appsV1 } from './apps-v1/index.ts';
import { autoscaling } from './autoscaling/index.ts';
import { batchV1 } from './batch-v1/index.ts';
import { certificatesV1 } from './certificates-v1/index.ts';
import { coordinationV1 } from './coordination-v1.ts';
import { configMap } from './core-v1/config-map.ts';
import { endpoints } from './core-v1/endpoints.ts';
import { coreEvent, event } from './core-v1/event.ts';
import { limitRange } from './core-v1/limit-range.ts';
import { namespace } from './core-v1/namespace.ts';
import { node } from './core-v1/node.ts';
import { persistentVolumeClaim } from './core-v1/persistent-volume-claim.ts';
import { persistentVolume } from './core-v1/persistent-volume.ts';
import { pod } from './core-v1/pod.ts';
import { podTemplate, replicationController } from './core-v1/replication-controller.ts';
import { resourceQuota } from './core-v1/resource-quota.ts';
import { secret } from './core-v1/secret.ts';
import { service } from './core-v1/service.ts';
import { serviceAccount } from './core-v1/service-account.ts';
import { discoveryV1 } from './discovery-v1.ts';
import { flowcontrolV1 } from './flowcontrol-v1/index.ts';
import type { KindValidation } from './kind-validation.ts';
import { networkingV1 } from './networking-v1/index.ts';
import { nodeV1 } from './node-v1.ts';
import { policyV1 } from './policy-v1.ts';
import { rbacV1 } from './rbac-v1.ts';
import { resourceV1 } from './resource-v1/index.ts';
import { schedulingV1 } from './scheduling-v1.ts';
import { storageV1 } from './storage-v1/index.ts';

type Table = Readonly<Record<string, KindValidation>>;

const inGroup = (group: string, kinds: Table): Table => Object.fromEntries(Object.entries(kinds).map(([kind, v]) => [`${group}/${kind}`, v]));

export const kindValidations: Table = {
  ...inGroup('', {
    ConfigMap: configMap, Endpoints: endpoints, Event: coreEvent, LimitRange: limitRange, Namespace: namespace, Node: node,
    PersistentVolume: persistentVolume, PersistentVolumeClaim: persistentVolumeClaim, Pod: pod, PodTemplate: podTemplate,
    ReplicationController: replicationController, ResourceQuota: resourceQuota, Secret: secret, Service: service, ServiceAccount: serviceAccount,
  }),
  ...inGroup('admissionregistration.k8s.io', admissionregistrationV1),
  ...inGroup('apiregistration.k8s.io', apiregistrationV1),
  ...inGroup('events.k8s.io', { Event: event }),
  ...inGroup('apps', appsV1),
  ...inGroup('autoscaling', autoscaling),
  ...inGroup('batch', batchV1),
  ...inGroup('certificates.k8s.io', certificatesV1),
  ...inGroup('coordination.k8s.io', coordinationV1),
  ...inGroup('discovery.k8s.io', discoveryV1),
  ...inGroup('flowcontrol.apiserver.k8s.io', flowcontrolV1),
  ...inGroup('networking.k8s.io', networkingV1),
  ...inGroup('node.k8s.io', nodeV1),
  ...inGroup('policy', policyV1),
  ...inGroup('rbac.authorization.k8s.io', rbacV1),
  ...inGroup('resource.k8s.io', resourceV1),
  ...inGroup('scheduling.k8s.io', schedulingV1),
  ...inGroup('storage.k8s.io', storageV1),
};
