/**
 * Which fields a request cannot set, so that it does not come to own them: a resource and its status reset each
 * other's half, some subresources take a few fields only.
 *
 * Upstream: GetResetFields and GetResetFieldsFilter of the strategies in pkg/registry and apiextensions-apiserver.
 */
import type { GroupVersionKind } from '../types.ts';
import { fieldElement } from './fieldpath/path-element.ts';
import type { FieldSet } from './fieldpath/set.ts';
import { filterIncludeMatches, newSet, recursiveDifference } from './fieldpath/set.ts';

export type Filter = (set: FieldSet) => FieldSet;

/** What the status of a kind resets besides its spec; a kind that is not named has no status of its own. */
const statusResets: Readonly<Record<string, readonly string[]>> = {
  Namespace: [],
  Node: [],
  PersistentVolume: [],
  PersistentVolumeClaim: [],
  Pod: ['metadata.deletionTimestamp', 'metadata.ownerReferences'],
  ReplicationController: [],
  ResourceQuota: [],
  Service: [],
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io': ['metadata'],
  'CustomResourceDefinition.apiextensions.k8s.io': ['metadata'],
  'APIService.apiregistration.k8s.io': ['metadata'],
  'DaemonSet.apps': [],
  'Deployment.apps': ['metadata.labels'],
  'ReplicaSet.apps': [],
  'StatefulSet.apps': [],
  'HorizontalPodAutoscaler.autoscaling': [],
  'CronJob.batch': [],
  'Job.batch': [],
  'FlowSchema.flowcontrol.apiserver.k8s.io': ['metadata'],
  'PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io': ['metadata'],
  'Ingress.networking.k8s.io': [],
  'ServiceCIDR.networking.k8s.io': ['metadata'],
  'PodDisruptionBudget.policy': [],
  'ResourceClaim.resource.k8s.io': ['metadata'],
  'VolumeAttachment.storage.k8s.io': ['metadata'],
};

/** By kind and subresource, where the rule does not hold. */
const resets: Readonly<Record<string, readonly string[]>> = {
  'CertificateSigningRequest.certificates.k8s.io/': ['spec', 'status'],
  'CertificateSigningRequest.certificates.k8s.io/status': ['spec', 'status.conditions'],
  'CertificateSigningRequest.certificates.k8s.io/approval': ['spec', 'status.certificate'],
  'Namespace/finalize': ['status'],
};

const only: Readonly<Record<string, readonly string[]>> = {
  'Pod/ephemeralcontainers': ['spec.ephemeralContainers'],
  'Pod/resize': ['spec.containers.*.resources', 'spec.containers.*.resizePolicy', 'spec.initContainers.*.resources', 'spec.initContainers.*.resizePolicy'],
};

const pathOf = (text: string) => text.split('.').map((part) => (part === '*' ? part : fieldElement(part)));

/** Undefined where a request may set all. */
export function resetFieldsFilter({ group, kind }: GroupVersionKind, subresource: string): Filter | undefined {
  const name = group === '' ? kind : `${kind}.${group}`;
  const patterns = only[`${name}/${subresource}`]?.map(pathOf);
  if (patterns) return (set) => filterIncludeMatches(set, patterns);
  const excluded = resets[`${name}/${subresource}`] ?? byRule(statusResets[name], subresource);
  if (!excluded) return undefined;
  const excludeSet = newSet(...excluded.map(pathOf));
  return (set) => recursiveDifference(set, excludeSet);
}

function byRule(statusResets: readonly string[] | undefined, subresource: string): readonly string[] | undefined {
  if (!statusResets) return undefined;
  if (subresource === '') return ['status'];
  return subresource === 'status' ? ['spec', ...statusResets] : undefined;
}
