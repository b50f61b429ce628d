/**
 * The objects that pods and volumes refer to by name.
 *
 * Upstream: VisitPodSecretNames and VisitPodConfigmapNames of pkg/api/v1/pod/util.go, VisitPVSecretNames of
 * pkg/api/v1/persistentvolume/util.go, k8s.io/dynamic-resource-allocation/resourceclaim.
 */
import { struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import type { KubeObject } from '../../apimachinery/types.ts';

/** Where in a volume the name of a Secret stands. */
const secretPaths = [
  ['azureFile', 'secretName'], ['secret', 'secretName'],
  ...['cephfs', 'cinder', 'flexVolume', 'rbd', 'scaleIO', 'iscsi', 'storageos'].map((source) => [source, 'secretRef', 'name']),
  ['csi', 'nodePublishSecretRef', 'name'],
];

function at(obj: Fields, path: readonly string[]): string {
  const outer = path.slice(0, -1).reduce(struct, obj);
  return text(outer, path.at(-1)!);
}

const nonEmpty = (names: string[]) => names.filter((name) => name !== '');

const containers = (spec: Fields) => ['initContainers', 'containers', 'ephemeralContainers'].flatMap((field) => structs(spec, field));

/** What containers and projected volumes name in the same way, be it Secrets or ConfigMaps. */
function commonNames(spec: Fields, envFrom: string, keyRef: string, projected: string): string[] {
  return [
    ...containers(spec).flatMap((container) => [
      ...structs(container, 'envFrom').map((source) => at(source, [envFrom, 'name'])),
      ...structs(container, 'env').map((variable) => at(variable, ['valueFrom', keyRef, 'name'])),
    ]),
    ...structs(spec, 'volumes').flatMap((volume) => structs(struct(volume, 'projected'), 'sources').map((source) => at(source, [projected, 'name']))),
  ];
}

export function secretNames(spec: Fields): string[] {
  return nonEmpty([
    ...structs(spec, 'imagePullSecrets').map((reference) => text(reference, 'name')),
    ...commonNames(spec, 'secretRef', 'secretKeyRef', 'secret'),
    ...structs(spec, 'volumes').flatMap((volume) => secretPaths.map((path) => at(volume, path))),
  ]);
}

export function configMapNames(spec: Fields): string[] {
  return nonEmpty([...commonNames(spec, 'configMapRef', 'configMapKeyRef', 'configMap'), ...structs(spec, 'volumes').map((volume) => at(volume, ['configMap', 'name']))]);
}

/** PersistentVolumeClaims, those that are made for the pod too. */
export function claimNames(pod: KubeObject): string[] {
  return structs(struct(pod, 'spec'), 'volumes').map((volume) => {
    if ('persistentVolumeClaim' in volume) return at(volume, ['persistentVolumeClaim', 'claimName']);
    return 'ephemeral' in volume ? `${pod.metadata.name ?? ''}-${text(volume, 'name')}` : '';
  });
}

/** ResourceClaims; the name of one that a template makes stands in the status. */
export function resourceClaimNames(pod: KubeObject): string[] {
  const status = struct(pod, 'status');
  const made = structs(status, 'resourceClaimStatuses');
  const named = structs(struct(pod, 'spec'), 'resourceClaims').map((claim) => {
    if ('resourceClaimName' in claim) return text(claim, 'resourceClaimName');
    return text(made.find((each) => 'resourceClaimTemplateName' in claim && text(each, 'name') === text(claim, 'name')) ?? {}, 'resourceClaimName');
  });
  return [...named, at(status, ['extendedResourceClaimStatus', 'resourceClaimName'])];
}

/** The Secrets of a PersistentVolume that a kubelet must see; where no namespace is said, most are the claim's. */
export function volumeSecrets(spec: Fields): { namespace: string; name: string }[] {
  const claimNamespace = at(spec, ['claimRef', 'namespace']);
  const azure = struct(spec, 'azureFile');
  const refs: [path: [string, string], namespace: string][] = [
    ...['cephfs', 'flexVolume', 'rbd', 'scaleIO', 'iscsi'].map((source): [[string, string], string] => [[source, 'secretRef'], claimNamespace]),
    ...['cinder', 'storageos'].map((source): [[string, string], string] => [[source, 'secretRef'], '']),
    ...['nodePublishSecretRef', 'nodeStageSecretRef', 'nodeExpandSecretRef'].map((ref): [[string, string], string] => [['csi', ref], '']),
  ];
  const found = refs.map(([path, namespace]) => ({ namespace: at(spec, [...path, 'namespace']) || namespace, name: at(spec, [...path, 'name']) }));
  return [{ namespace: text(azure, 'secretNamespace') || claimNamespace, name: text(azure, 'secretName') }, ...found].filter(({ name }) => name !== '');
}
