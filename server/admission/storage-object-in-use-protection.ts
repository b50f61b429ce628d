/**
 * StorageObjectInUseProtection: volumes and claims are deleted only when nothing uses them any longer.
 *
 * Upstream: plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go.
 */
import type { Admission } from './interfaces.ts';
import { isAbout } from './on.ts';

const FINALIZERS: [resource: string, finalizer: string][] = [
  ['persistentvolumes', 'kubernetes.io/pv-protection'],
  ['persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
  ['volumeattributesclasses.storage.k8s.io', 'kubernetes.io/vac-protection'],
];

export function newStorageObjectInUseProtection(): Admission {
  return {
    name: 'StorageObjectInUseProtection',
    handles: (operation) => operation === 'CREATE',
    admit(_ctx, attributes) {
      for (const [resource, finalizer] of FINALIZERS) {
        if (!isAbout(attributes, resource)) continue;
        const { metadata } = attributes.object;
        if (!metadata.finalizers?.includes(finalizer)) metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
      }
    },
  };
}
