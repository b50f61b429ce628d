/**
 * The plugins that writes meet, in upstream's order, and which of them are on.
 *
 * Upstream: pkg/kubeapiserver/options/plugins.go (AllOrderedPlugins, DefaultOffAdmissionPlugins) and enabledPluginNames of
 * k8s.io/apiserver/pkg/server/options/admission.go. Those that have no factory here are known by name alone.
 */
import type { KubeObject } from '../apimachinery/types.ts';
import type { Authorizer } from '../authorization/interfaces.ts';
import type { RequestContext } from '../http/context.ts';
import type { RESTProvider } from '../registry/builtin.ts';
import { newCertificateApproval, newCertificateSigning } from './certificates.ts';
import { newDefaultStorageClass } from './default-storage-class.ts';
import { newDefaultTolerationSeconds } from './default-toleration-seconds.ts';
import type { Admission } from './interfaces.ts';
import { newNamespaceLifecycle } from './namespace-lifecycle.ts';
import { newNodeRestriction } from './node-restriction.ts';
import { newPersistentVolumeClaimResize } from './persistent-volume-claim-resize.ts';
import { newPodResizeValidator } from './pod-resize.ts';
import { newPodTopologyLabels } from './pod-topology-labels.ts';
import { newPriority } from './priority.ts';
import { newReader } from './reader.ts';
import type { Reader } from './reader.ts';
import { newRuntimeClass } from './runtime-class.ts';
import { newServiceAccount } from './service-account.ts';
import { newStorageObjectInUseProtection } from './storage-object-in-use-protection.ts';
import { newTaintNodesByCondition } from './taint-nodes-by-condition.ts';

export interface PluginSources {
  rest: RESTProvider;
  /** Throws NotFound. */
  getNamespace(ctx: RequestContext, name: string): Promise<KubeObject>;
  /** Finds the service accounts of Pods. */
  accounts: Reader;
  authorizer: Authorizer;
}

interface Plugin {
  name: string;
  defaultOff?: true;
  make?(sources: PluginSources): Admission;
}

const storageClasses = (rest: RESTProvider) => newReader(rest, 'storage.k8s.io', 'storageclasses');

export const allOrderedPlugins: readonly Plugin[] = [
  { name: 'AlwaysAdmit', defaultOff: true },
  { name: 'NamespaceAutoProvision', defaultOff: true },
  { name: 'NamespaceLifecycle', make: ({ getNamespace }) => newNamespaceLifecycle(getNamespace) },
  { name: 'NamespaceExists', defaultOff: true },
  { name: 'LimitPodHardAntiAffinityTopology', defaultOff: true },
  { name: 'LimitRanger' },
  { name: 'ServiceAccount', make: ({ accounts }) => newServiceAccount(accounts) },
  { name: 'NodeRestriction', defaultOff: true, make: newNodeRestrictionOf },
  { name: 'TaintNodesByCondition', make: newTaintNodesByCondition },
  { name: 'AlwaysPullImages', defaultOff: true },
  { name: 'ImagePolicyWebhook', defaultOff: true },
  { name: 'PodSecurity' },
  { name: 'PodNodeSelector', defaultOff: true },
  { name: 'Priority', make: ({ rest }) => newPriority(newReader(rest, 'scheduling.k8s.io', 'priorityclasses')) },
  { name: 'DefaultTolerationSeconds', make: newDefaultTolerationSeconds },
  { name: 'PodTolerationRestriction', defaultOff: true },
  { name: 'EventRateLimit', defaultOff: true },
  { name: 'ExtendedResourceToleration', defaultOff: true },
  { name: 'DefaultStorageClass', make: ({ rest }) => newDefaultStorageClass(storageClasses(rest)) },
  { name: 'StorageObjectInUseProtection', make: newStorageObjectInUseProtection },
  { name: 'PodGroupProtection' },
  { name: 'OwnerReferencesPermissionEnforcement', defaultOff: true },
  { name: 'PersistentVolumeClaimResize', make: ({ rest }) => newPersistentVolumeClaimResize(storageClasses(rest)) },
  { name: 'RuntimeClass', make: ({ rest }) => newRuntimeClass(newReader(rest, 'node.k8s.io', 'runtimeclasses')) },
  { name: 'CertificateApproval', make: ({ authorizer }) => newCertificateApproval(authorizer) },
  { name: 'CertificateSigning', make: ({ authorizer }) => newCertificateSigning(authorizer) },
  { name: 'ClusterTrustBundleAttest' },
  { name: 'CertificateSubjectRestriction' },
  { name: 'DefaultIngressClass' },
  { name: 'DenyServiceExternalIPs', defaultOff: true },
  { name: 'PodTopologyLabels', make: ({ rest }) => newPodTopologyLabels(newReader(rest, '', 'nodes')) },
  { name: 'PodGroupWorkloadExists' },
  { name: 'NodeDeclaredFeatureValidator' },
  { name: 'JobValidation' },
  { name: 'PodResizeValidator', make: ({ rest }) => newPodResizeValidator(newReader(rest, '', 'nodes')) },
  { name: 'MutatingAdmissionPolicy' },
  { name: 'MutatingAdmissionWebhook' },
  { name: 'ValidatingAdmissionPolicy' },
  { name: 'ValidatingAdmissionWebhook' },
  { name: 'ResourceQuota' },
  { name: 'AlwaysDeny', defaultOff: true },
];

/** `--enable-admission-plugins` and `--disable-admission-plugins`: what differs from the default; their order says nothing. */
export interface PluginNames {
  enable: readonly string[];
  disable: readonly string[];
}

export function newPlugins({ enable, disable }: PluginNames, sources: PluginSources): Admission[] {
  const on = ({ name, defaultOff }: Plugin) => enable.includes(name) || !(defaultOff || disable.includes(name));
  return allOrderedPlugins.filter(on).flatMap(({ make }) => make?.(sources) ?? []);
}

function newNodeRestrictionOf({ rest, authorizer }: PluginSources): Admission {
  const core = (resource: string) => newReader(rest, '', resource);
  return newNodeRestriction(
    { pods: core('pods'), nodes: core('nodes'), claims: core('persistentvolumeclaims'), volumes: core('persistentvolumes'), csiDrivers: newReader(rest, 'storage.k8s.io', 'csidrivers') },
    authorizer,
  );
}
