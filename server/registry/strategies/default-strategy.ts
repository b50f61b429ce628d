/**
 * The strategy that a kind has unless it says otherwise. Most of upstream's strategies differ in few facts, so these
 * are data: whether the kind counts generations, which flags it sets.
 *
 * Upstream: pkg/registry/<group>/<kind>/strategy.go of each kind.
 */
import { isFields, struct } from '../../apimachinery/access.ts';
import { semanticDeepEqual } from '../../apimachinery/deep.ts';
import type { KubeObject, ObjectMeta } from '../../apimachinery/types.ts';
import type { FieldError } from '../../http/status.ts';
import type { Strategy } from '../strategy.ts';
import { none, warningsFor } from '../warnings/index.ts';

/** Checks of a kind's own fields; metadata is checked by the store. */
export interface Validator {
  validate(obj: KubeObject): FieldError[];
  validateUpdate(obj: KubeObject, old: KubeObject): FieldError[];
  validateSubresource(subresource: string, obj: KubeObject, old: KubeObject): FieldError[];
}

/** Kinds whose metadata.generation counts the changes of what they want. */
const COUNTS_GENERATIONS = new Set([
  'pods', 'podtemplates', 'replicationcontrollers',
  'deployments.apps', 'replicasets.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch', 'cronjobs.batch',
  'networkpolicies.networking.k8s.io', 'ingresses.networking.k8s.io', 'ingressclasses.networking.k8s.io',
  'poddisruptionbudgets.policy', 'endpointslices.discovery.k8s.io',
  'resourceslices.resource.k8s.io', 'deviceclasses.resource.k8s.io',
  'flowschemas.flowcontrol.apiserver.k8s.io', 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io', 'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingadmissionpolicies.admissionregistration.k8s.io', 'validatingadmissionpolicybindings.admissionregistration.k8s.io',
  'mutatingadmissionpolicies.admissionregistration.k8s.io', 'mutatingadmissionpolicybindings.admissionregistration.k8s.io',
]);

const CREATES_ON_UPDATE = new Set([
  'events', 'events.events.k8s.io', 'limitranges', 'services', 'endpoints', 'leases.coordination.k8s.io', 'runtimeclasses.node.k8s.io',
  'roles.rbac.authorization.k8s.io', 'rolebindings.rbac.authorization.k8s.io', 'clusterroles.rbac.authorization.k8s.io', 'clusterrolebindings.rbac.authorization.k8s.io',
]);

const NEEDS_RESOURCE_VERSION = new Set([
  'apiservices.apiregistration.k8s.io',
  'runtimeclasses.node.k8s.io', 'poddisruptionbudgets.policy', 'leases.coordination.k8s.io',
  'csidrivers.storage.k8s.io', 'csistoragecapacities.storage.k8s.io', 'volumeattachments.storage.k8s.io', 'csinodes.storage.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io', 'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'validatingadmissionpolicies.admissionregistration.k8s.io', 'validatingadmissionpolicybindings.admissionregistration.k8s.io',
  'mutatingadmissionpolicies.admissionregistration.k8s.io', 'mutatingadmissionpolicybindings.admissionregistration.k8s.io',
]);

const RETURNS_DELETED_OBJECT = new Set([
  'pods', 'podtemplates', 'services', 'serviceaccounts', 'namespaces', 'resourcequotas', 'persistentvolumes', 'persistentvolumeclaims',
  'csidrivers.storage.k8s.io', 'csinodes.storage.k8s.io', 'storageclasses.storage.k8s.io', 'volumeattachments.storage.k8s.io', 'volumeattributesclasses.storage.k8s.io',
  'resourceclaimtemplates.resource.k8s.io', 'resourceslices.resource.k8s.io', 'resourceclaims.resource.k8s.io', 'deviceclasses.resource.k8s.io',
]);

/** `resource` as `deployments.apps`; `hasStatus`: the kind's status is written through its subresource alone. */
export function newDefaultStrategy(resource: string, hasStatus: boolean, validator: Validator): Strategy {
  const countsGenerations = COUNTS_GENERATIONS.has(resource);
  const warnings = warningsFor[resource] ?? none;
  return {
    prepareForCreate(obj) {
      if (hasStatus) obj.status = {};
      if (countsGenerations) obj.metadata.generation = 1;
    },
    validate: validator.validate,
    warningsOnCreate: warnings.onCreate,
    prepareForUpdate(obj, old) {
      if (hasStatus) copyField(obj, old, 'status');
      if (countsGenerations && !semanticDeepEqual(wanted(obj), wanted(old))) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
    validateUpdate: validator.validateUpdate,
    warningsOnUpdate: warnings.onUpdate,
    validateSubresource: validator.validateSubresource,
    allowCreateOnUpdate: CREATES_ON_UPDATE.has(resource),
    allowUnconditionalUpdate: !NEEDS_RESOURCE_VERSION.has(resource),
    returnDeletedObject: RETURNS_DELETED_OBJECT.has(resource),
    garbageCollection: 'delete',
  };
}

const RESET: (keyof ObjectMeta)[] = ['labels', 'annotations', 'ownerReferences', 'finalizers'];

/** Metadata that a write through `status` may not change either. */
const STATUS_KEEPS: Record<string, (keyof ObjectMeta)[]> = {
  pods: ['ownerReferences'],
  'deployments.apps': ['labels'],
  'apiservices.apiregistration.k8s.io': RESET,
  'flowschemas.flowcontrol.apiserver.k8s.io': RESET,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': RESET,
  'resourceclaims.resource.k8s.io': RESET,
  'servicecidrs.networking.k8s.io': RESET,
  'validatingadmissionpolicies.admissionregistration.k8s.io': RESET,
  'volumeattachments.storage.k8s.io': RESET,
};

/** What a status that does not say it takes over from the one before. */
const STATUS_FILLS: Record<string, string[]> = { pods: ['qosClass'] };

/** Writes through `status` change nothing but the status and most of the metadata. */
export function newStatusStrategy(resource: string, main: Strategy): Strategy {
  return {
    ...main,
    allowCreateOnUpdate: false,
    prepareForUpdate(obj, old) {
      for (const field of Object.keys({ ...obj, ...old })) {
        if (field !== 'status' && field !== 'metadata') copyField(obj, old, field);
      }
      for (const field of STATUS_KEEPS[resource] ?? []) copyField(obj.metadata, old.metadata, field);
      const [status, before] = [struct(obj, 'status'), struct(old, 'status')];
      for (const field of STATUS_FILLS[resource] ?? []) if (isFields(obj.status) && !status[field]) obj.status = { ...status, [field]: before[field] };
      main.prepareSubresource?.('status', obj, old);
    },
    validateUpdate: (obj, old) => main.validateSubresource?.('status', obj, old) ?? [],
    warningsOnUpdate: (warningsFor[resource] ?? none).onStatusUpdate ?? (() => []),
  };
}

/** Makes a field what it was, absent if it was absent. */
export function copyField<T extends object>(obj: T, old: T, field: keyof T): void {
  if (old[field] === undefined) delete obj[field];
  else obj[field] = old[field];
}

/** What its author wants of an object: everything but who it is and how it fares. */
function wanted({ metadata: _metadata, status: _status, ...rest }: KubeObject): object {
  return rest;
}
