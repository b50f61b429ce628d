/**
 * The plugins that every object meets, in upstream's order.
 *
 * Upstream: pkg/kubeapiserver/options/plugins.go (AllOrderedPlugins, DefaultOffAdmissionPlugins). Leaves out webhooks,
 * policies, quotas, and the checks of certificates' subjects, ingress classes, Pod security and limits.
 */
import type { Authorizer } from '../authorization/interfaces.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { newCertificateApproval, newCertificateSigning } from './certificates.ts';
import { newDefaultStorageClass } from './default-storage-class.ts';
import { newDefaultTolerationSeconds } from './default-toleration-seconds.ts';
import type { Admission } from './interfaces.ts';
import { newPersistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { newPodTopologyLabels } from './pod-topology-labels.ts';
import { newPriority } from './priority.ts';
import { newReader } from './reader.ts';
import type { Reader } from './reader.ts';
import { newRuntimeClass } from './runtime-class.ts';
import { newServiceAccount } from './service-account.ts';
import { newStorageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { newTaintNodesByCondition } from './taint-nodes-by-condition.ts';

/** All but NamespaceLifecycle, which comes before them. `accounts` finds the service accounts of Pods. */
export function defaultPlugins(rest: RESTProvider, accounts: Reader, authorizer: Authorizer): Admission[] {
  const storageClasses = newReader(rest, 'storage.k8s.io', 'storageclasses');
  return [
    newServiceAccount(accounts),
    newTaintNodesByCondition(),
    newPriority(newReader(rest, 'scheduling.k8s.io', 'priorityclasses')),
    newDefaultTolerationSeconds(),
    newDefaultStorageClass(storageClasses),
    newStorageObjectInUseProtection(),
    newPersistentVolumeClaimResize(storageClasses),
    newRuntimeClass(newReader(rest, 'node.k8s.io', 'runtimeclasses')),
    newCertificateApproval(authorizer),
    newCertificateSigning(authorizer),
    newPodTopologyLabels(newReader(rest, '', 'nodes')),
  ];
}
