/**
 * Rows of volumes and claims, and of what storage classes and drivers say about them.
 *
 * Upstream: pkg/printers/internalversion/printers.go, pkg/apis/core/helper/helpers.go.
 */
import type { KubeObject } from '../../apimachinery/types.ts';
import { at, flag, list, record, text, texts } from './fields.ts';
import { accessModes, type Cells, isDefaultByAnnotation, orElse } from './format.ts';

const unset = (obj: unknown, path: string) => (at(obj, path) === undefined ? '<unset>' : text(obj, path));
const phase = (obj: KubeObject) => (obj.metadata.deletionTimestamp ? 'Terminating' : text(obj, 'status.phase'));

/** The annotation is older than the field and still goes first. */
function storageClass(obj: KubeObject): string {
  const annotated = record(obj, 'metadata.annotations')['volume.beta.kubernetes.io/storage-class'];
  return typeof annotated === 'string' ? annotated : text(obj, 'spec.storageClassName');
}

export const volumeCells: Record<string, Cells> = {
  persistentvolumes: (obj, { name, age }) => {
    const claim = at(obj, 'spec.claimRef') ? `${text(obj, 'spec.claimRef.namespace')}/${text(obj, 'spec.claimRef.name')}` : '';
    return [
      name,
      orElse(text(obj, 'spec.capacity.storage'), '0'),
      accessModes(texts(obj, 'spec.accessModes')),
      text(obj, 'spec.persistentVolumeReclaimPolicy'),
      phase(obj),
      claim,
      storageClass(obj),
      unset(obj, 'spec.volumeAttributesClassName'),
      text(obj, 'status.reason'),
      age,
      unset(obj, 'spec.volumeMode'),
    ];
  },

  persistentvolumeclaims: (obj, { name, age }) => {
    const volume = text(obj, 'spec.volumeName');
    const bound = volume === '' ? ['', ''] : [orElse(text(obj, 'status.capacity.storage'), '0'), accessModes(texts(obj, 'status.accessModes'))];
    return [name, phase(obj), volume, ...bound, storageClass(obj), unset(obj, 'spec.volumeAttributesClassName'), age, unset(obj, 'spec.volumeMode')];
  },

  'storageclasses.storage.k8s.io': (obj, { name, age }) => {
    const isDefault = isDefaultByAnnotation(obj, 'storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class');
    const binding = orElse(text(obj, 'volumeBindingMode'), 'Immediate');
    return [isDefault ? `${name} (default)` : name, text(obj, 'provisioner'), orElse(text(obj, 'reclaimPolicy'), 'Delete'), binding, flag(obj, 'allowVolumeExpansion'), age];
  },

  'volumeattachments.storage.k8s.io': (obj, { name, age }) => [
    name,
    text(obj, 'spec.attacher'),
    text(obj, 'spec.source.persistentVolumeName'),
    text(obj, 'spec.nodeName'),
    flag(obj, 'status.attached'),
    age,
  ],

  'volumeattributesclasses.storage.k8s.io': (obj, { name, age }) => [name, text(obj, 'driverName'), age],

  'csinodes.storage.k8s.io': (obj, { name, age }) => [name, list(obj, 'spec.drivers').length, age],

  'csidrivers.storage.k8s.io': (obj, { name, age }) => {
    const audiences = at(obj, 'spec.tokenRequests') === undefined ? '<unset>' : list(obj, 'spec.tokenRequests').map((each) => text(each, 'audience')).join(',');
    return [
      name,
      at(obj, 'spec.attachRequired') !== false,
      flag(obj, 'spec.podInfoOnMount'),
      flag(obj, 'spec.storageCapacity'),
      audiences,
      flag(obj, 'spec.requiresRepublish'),
      orElse(texts(obj, 'spec.volumeLifecycleModes').join(','), '<none>'),
      age,
    ];
  },
};
