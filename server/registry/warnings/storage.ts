/**
 * What volumes, claims and classes of storage are warned about.
 *
 * Upstream: pkg/api/persistentvolume/util.go, pkg/api/persistentvolumeclaim/util.go.
 */
import { isFields, struct, structs, text } from '../../apimachinery/access.ts';
import type { Fields } from '../../apimachinery/access.ts';
import { newPath } from '../../apimachinery/field.ts';
import type { Path } from '../../apimachinery/field.ts';
import type { KubeObject } from '../../apimachinery/types.ts';
import { fractionalBytes } from './amounts.ts';
import { deprecatedNodeLabel } from './node-labels.ts';

const betaStorageClass = 'volume.beta.kubernetes.io/storage-class';

function forAnnotation({ metadata: { annotations } }: KubeObject): string[] {
  const path = newPath('metadata', 'annotations').key(betaStorageClass);
  return annotations?.[betaStorageClass] === undefined ? [] : [`${path.toString()}: deprecated since v1.8; use "storageClassName" attribute instead`];
}

export function warningsForClaimSpec(spec: Fields, path: Path): string[] {
  const resources = struct(spec, 'resources');
  const at = path.child('resources');
  return [...fractionalBytes(resources, 'requests', ['storage'], at), ...fractionalBytes(resources, 'limits', ['storage'], at)];
}

export const warningsForClaim = (obj: KubeObject) => [...forAnnotation(obj), ...warningsForClaimSpec(struct(obj, 'spec'), newPath('spec'))];

const sources: Record<string, string> = {
  cephfs: 'deprecated in v1.28, non-functional in v1.31+', photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+', scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+', glusterfs: 'deprecated in v1.25, non-functional in v1.26+', rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

export function warningsForVolume(obj: KubeObject): string[] {
  const [spec, path] = [struct(obj, 'spec'), newPath('spec')];
  const recycle = text(spec, 'persistentVolumeReclaimPolicy') === 'Recycle';
  return [
    ...forAnnotation(obj),
    ...(recycle ? [`${path.child('persistentVolumeReclaimPolicy').toString()}: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.`] : []),
    ...Object.entries(sources).filter(([name]) => isFields(spec[name])).map(([name, why]) => `${path.child(name === 'storageos' ? 'storageOS' : name).toString()}: ${why}`),
  ];
}

export function warningsForClass(obj: KubeObject): string[] {
  return structs(obj, 'allowedTopologies').flatMap((topology, i) =>
    structs(topology, 'matchLabelExpressions').flatMap((expression, j) => {
      const key = text(expression, 'key');
      const why = deprecatedNodeLabel(key);
      return why === undefined ? [] : [`${newPath('allowedTopologies').index(i).child('matchLabelExpressions').index(j).child('key').toString()}: ${why}`];
    }),
  );
}
